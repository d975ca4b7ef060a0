import { describe, expect, it } from 'vitest';
import type { SimulationCase } from '../schedule/case.ts';
import { readCases } from './cases.ts';
import { judgeCase } from './judge-case.ts';

const cases = readCases();
const pairs = cases.flatMap(({ file, played }) => played.finds.map((mutant) => ({ file, played, mutant })));

/** How many streams of noise a case may need until a bug shows: what happens in between moves with every change of the agent. */
const noises = 24;

/** The review's scenarios that no case plays, and why. */
const outOfReach: Readonly<Record<number, string>> = {
  18: 'promises (R9) are not built',
  19: 'promises (R9) are not built',
  38: 'promises (R9) are not built',
};

describe('a case', () => {
  it.each(cases)('$file: $played.says', ({ played }) => {
    expect(judgeCase(played).faults).toEqual([]);
  });

  it.each(pairs)('$file fails when it breaks: $mutant', ({ played, mutant }) => {
    expect(findsAnywhere(played, mutant)).toBe(true);
  });
});

describe('the scenarios of the review', () => {
  it('are each played, or told why not', () => {
    const played = new Set(cases.flatMap((each) => each.played.review));
    const missing = Array.from({ length: 38 }, (_, index) => index + 1).filter((number) => !played.has(number) && !(number in outOfReach));
    expect(missing).toEqual([]);
  });
});

/** With the case's own noise or with one of the next, each of which leaves the shipped agent without fault. */
function findsAnywhere(played: SimulationCase, name: string): boolean {
  const first = played.setup.seed;
  for (let seed = first; seed < first + noises; seed++) {
    const varied = { ...played, setup: { ...played.setup, seed } };
    if (judgeCase(varied).faults.length === 0 && judgeCase(varied, name).faults.length > 0) return true;
  }
  return false;
}
