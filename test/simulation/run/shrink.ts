/** Of a seed that fails: the smallest schedule that still breaks the same rule. */
import fc from 'fast-check';
import { type Bounds, scenarioArbitrary } from '../schedule/arbitrary.ts';
import type { Scenario } from '../schedule/scenario.ts';
import { scenarioOf } from './run-seeds.ts';
import { type Outcome, simulate } from './simulate.ts';
import type { Subject } from './subject.ts';

export type Shrunk = { readonly scenario: Scenario; readonly outcome: Outcome };

const triesAtMost = 400;

/** Null when the seed breaks nothing. */
export function shrink(seed: number, bounds: Bounds, { brain, prepare }: Subject): Shrunk | null {
  const first = scenarioOf(seed, bounds);
  const rule = simulate(first, brain, { isTraced: false, prepare }).violation?.rule;
  if (rule === undefined) return null;
  let tries = 0;
  const holds = (scenario: Scenario) =>
    ++tries > triesAtMost || simulate(scenario, brain, { isTraced: false, prepare }).violation?.rule !== rule;
  const found = fc.check(fc.property(scenarioArbitrary(seed, bounds), holds), { seed, numRuns: 1 });
  const scenario = found.counterexample?.[0] ?? first;
  return { scenario, outcome: simulate(scenario, brain, { isTraced: true, prepare }) };
}
