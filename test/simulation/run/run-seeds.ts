/** Many seeds, one after the other. */
import fc from 'fast-check';
import { type Bounds, scenarioArbitrary } from '../schedule/arbitrary.ts';
import type { Scenario } from '../schedule/scenario.ts';
import { type Outcome, simulate } from './simulate.ts';
import { subjectOf } from './subject.ts';

export type Batch = { readonly from: number; readonly count: number; readonly bounds: Bounds; readonly mutant: string | null };

export type Failure = { readonly seed: number; readonly rule: string; readonly message: string };

export type Tally = {
  readonly runs: number;
  readonly promotions: number;
  readonly acknowledged: number;
  readonly failures: readonly Failure[];
};

/** The scenario that a seed stands for. */
export function scenarioOf(seed: number, bounds: Bounds): Scenario {
  return fc.sample(scenarioArbitrary(seed, bounds), { seed, numRuns: 1 })[0] as Scenario;
}

export function runSeeds({ from, count, bounds, mutant }: Batch): Tally {
  const { brain, prepare } = subjectOf(mutant);
  const failures: Failure[] = [];
  let promotions = 0;
  let acknowledged = 0;
  for (let seed = from; seed < from + count; seed++) {
    const outcome = simulate(scenarioOf(seed, bounds), brain, { isTraced: false, prepare });
    promotions += outcome.world.reigns;
    acknowledged += outcome.acknowledged;
    if (outcome.violation !== null) failures.push(failureOf(seed, outcome.violation));
  }
  return { runs: count, promotions, acknowledged, failures };
}

export function failureOf(seed: number, { rule, message }: NonNullable<Outcome['violation']>): Failure {
  return { seed, rule, message };
}

export function addTallies(tallies: readonly Tally[]): Tally {
  const sum = (pick: (tally: Tally) => number) => tallies.reduce((total, tally) => total + pick(tally), 0);
  return {
    runs: sum((tally) => tally.runs),
    promotions: sum((tally) => tally.promotions),
    acknowledged: sum((tally) => tally.acknowledged),
    failures: tallies.flatMap((tally) => tally.failures).sort((a, b) => a.seed - b.seed),
  };
}
