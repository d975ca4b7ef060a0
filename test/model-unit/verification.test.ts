import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { mutants } from '../model/mutants.ts';
import type { Answer, Question } from '../model/spin.ts';
import type { Verdict } from '../model/verdict.ts';
import { faultOf, mutantItem, protocol, verify } from '../model/verification.ts';
import { repositoryPath } from '../support/repository-path.ts';

const holds: Verdict = { kind: 'holds', states: 10, transitions: 20, unreached: [] };
const broken: Verdict = { kind: 'broken', property: 4, depth: 7, states: 3 };
const unfinished: Verdict = { kind: 'unfinished', why: 'max search depth too small' };
const mutant = { ...protocol, expect: 4 };

describe('the verdict on the protocol', () => {
  test('is good when nothing is broken and every step happens somewhere', () => {
    expect(faultOf(protocol, holds)).toBeNull();
  });

  test.each([
    ['broken', broken],
    ['searched in part only', unfinished],
    ['full of steps that never happen', { ...holds, unreached: ['role[0] = 2'] }],
  ] as const)('is bad when it is %s', (_, verdict) => {
    expect(faultOf(protocol, verdict)).not.toBeNull();
  });
});

describe('the verdict on a mutant', () => {
  test('is good when it breaks what its rule is for', () => {
    expect(faultOf(mutant, broken)).toBeNull();
  });

  test.each([
    ['it holds', holds],
    ['it breaks something else', { ...broken, property: 1 }],
    ['its search was cut', unfinished],
  ] as const)('is bad when %s', (_, verdict) => {
    expect(faultOf(mutant, verdict)).not.toBeNull();
  });

  test('is that it holds where another rule covers for the broken one, whatever never happens in it', () => {
    const covered = { ...mutant, expect: 'none' } as const;
    expect(faultOf(covered, { ...holds, unreached: ['role[0] = 2'] })).toBeNull();
    expect(faultOf(covered, broken)).not.toBeNull();
    expect(faultOf(covered, unfinished)).not.toBeNull();
  });
});

describe('the questions', () => {
  test('are all put, never more at a time than there are lanes', async () => {
    const [asked, told]: [string[], string[]] = [[], []];
    let [now, most] = [0, 0];
    const ask = async ({ defines }: Question): Promise<Answer> => {
      now += 1;
      most = Math.max(most, now);
      asked.push(defines.join());
      await Promise.resolve();
      now -= 1;
      return { verdict: defines[0] === 'M=1' ? unfinished : broken, trace: [] };
    };
    const items = ['M=1', 'M=2', 'M=3'].map((name) => ({ ...mutant, name, question: { ...mutant.question, defines: [name] } }));
    const judged = await verify(items, { lanes: 2, ask, tell: ({ item }) => void told.push(item.name) });
    expect(asked).toEqual(['M=1', 'M=2', 'M=3']);
    expect(told.toSorted()).toEqual(asked);
    expect(most).toBe(2);
    expect(judged.filter(({ fault }) => fault !== null).map(({ item }) => item.name)).toEqual(['M=1']);
  });
});

describe('the table of mutants', () => {
  const defined = [...readFileSync(repositoryPath('test/model/mutants.pml'), 'utf8').matchAll(/^#define (\w+)\s+\((.*)\)$/gm)];

  test('has every mutant of the model under its name', () => {
    const numbers = defined.flatMap(([, name, either = '']) =>
      [...either.matchAll(/M==(\d+)/g)].map(([, number]) => ({ name, number: Number(number) })),
    );
    for (const { number, name } of mutants) expect(numbers).toContainEqual({ name, number });
    expect([...new Set(numbers.map(({ number }) => number))].toSorted((a, b) => a - b)).toEqual(mutants.map(({ number }) => number));
  });

  test('names the variant that is searched by the number of the mutant', () => {
    expect(mutants.map((each) => mutantItem(each).question.defines)).toEqual(mutants.map(({ number }) => [`M=${number}`]));
  });
});
