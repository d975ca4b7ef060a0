/** Schedules of faults by chance: what fast-check makes of a seed, and can make smaller. */
import fc from 'fast-check';
import { timingsOf } from '../world/build-world.ts';
import type { Setup } from '../world/state.ts';
import type { Fault } from './fault.ts';
import { faultArbitrary } from './fault-arbitrary.ts';
import type { Scenario } from './scenario.ts';

export type Bounds = { readonly replicas?: number; readonly preset?: Setup['preset']; readonly mode?: Setup['mode'] };

/** Time for the cluster to be founded before most faults strike. */
const foundingMs = 4_000;

/** The scenario of a seed: its own noise, and up to six faults, of which at most one destroys data. */
export function scenarioArbitrary(seed: number, bounds: Bounds): fc.Arbitrary<Scenario> {
  const scenarios = setupArbitrary(seed, bounds).chain((setup) => {
    const { ttlMs } = timingsOf(setup.preset);
    const faults = fc.array(faultArbitrary({ fromMs: foundingMs, ttlMs }), { minLength: 1, maxLength: 7 });
    return faults.map((list) => ({ setup, faults: keepOneLoss(list), healAtMs: foundingMs + 4 * ttlMs }));
  });
  // Small numbers are no likelier faults than great ones.
  return fc.noBias(scenarios);
}

function setupArbitrary(seed: number, bounds: Bounds): fc.Arbitrary<Setup> {
  return fc.record({
    seed: fc.constant(seed),
    replicas: bounds.replicas === undefined ? fc.integer({ min: 1, max: 3 }) : fc.constant(bounds.replicas),
    preset: bounds.preset === undefined ? weighted({ balanced: 7, fast: 10, wide: 1 }) : fc.constant(bounds.preset),
    mode: bounds.mode === undefined ? weighted({ availability: 4, protection: 1 }) : fc.constant(bounds.mode),
    wantedMembers: weighted({ 1: 4, 2: 1 }).map(Number),
    clockRates: fc.array(fc.integer({ min: 90, max: 110 }), { minLength: 4, maxLength: 4 }).map((rates) => rates.map((rate) => rate / 100)),
  });
}

function weighted<T extends string>(weights: Readonly<Record<T, number>>): fc.Arbitrary<T> {
  const entries = Object.entries(weights) as [T, number][];
  return fc.oneof(...entries.map(([value, weight]) => ({ weight, arbitrary: fc.constant(value) })));
}

/** Two copies lost at once may leave nothing to recover from. */
function keepOneLoss(faults: readonly Fault[]): readonly Fault[] {
  const first = faults.findIndex((fault) => fault.do === 'wipe data');
  return faults.filter((fault, index) => fault.do !== 'wipe data' || index === first);
}
