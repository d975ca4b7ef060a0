/** Plays a case and says what is not as it should be. */
import { recordIn } from '../invariants/record-in-store.ts';
import { type SimulationCase, scenarioOfCase } from '../schedule/case.ts';
import type { World } from '../world/state.ts';
import { type Outcome, simulate } from './simulate.ts';
import { subjectOf } from './subject.ts';

export type Verdict = { readonly outcome: Outcome; readonly faults: readonly string[] };

/** Clients are served where a fresh one was within so long. */
const servedWithinMs = 1_000;

type Sights = { readonly operations: Set<string>; beforeHealing: { serves: boolean; primary: string | undefined; streaming: number } };

/** `faults` is empty where everything holds; a mutant takes the shipped agent's place. */
export function judgeCase(played: SimulationCase, mutant: string | null = null): Verdict {
  const subject = subjectOf(mutant);
  const sights: Sights = { operations: new Set(), beforeHealing: { serves: false, primary: undefined, streaming: 0 } };
  const outcome = simulate(scenarioOfCase(played), subject.brain, {
    isTraced: false,
    prepare: (world) => {
      subject.prepare?.(world);
      look(world, played, sights);
    },
  });
  const rule = outcome.violation?.rule ?? null;
  if (rule !== played.expect.violation)
    return { outcome, faults: [outcome.violation?.message ?? `${played.expect.violation} is not broken`] };
  return { outcome, faults: differences(played, outcome.world, sights) };
}

function look(world: World, { expect, healAtMs }: SimulationCase, sights: Sights): void {
  world.operation = (_host, kind) => {
    if (world.nowMs >= expect.fromMs) sights.operations.add(kind);
  };
  world.queue.add(healAtMs - 1, () => {
    sights.beforeHealing = {
      serves: world.nowMs - world.lastFreshWriteMs < servedWithinMs,
      primary: primaryOf(world),
      streaming: world.hosts.filter(({ postgres }) => postgres?.receiver?.status === 'streaming').length,
    };
  });
}

function primaryOf(world: World): string | undefined {
  return recordIn(world.store.value)?.primary.host;
}

function differences({ expect }: SimulationCase, world: World, { operations, beforeHealing }: Sights): string[] {
  const { serves, primary, streaming } = expect.beforeHealing;
  return [
    ...differs('primary', expect.primary, primaryOf(world)),
    ...differs('promotions', expect.promotions, world.reigns),
    ...differs('clients served before healing', serves, beforeHealing.serves),
    ...differs('primary before healing', primary, beforeHealing.primary),
    ...differs('standbys that streamed before healing', streaming, beforeHealing.streaming),
    ...expect.does.filter((kind) => !operations.has(kind)).map((kind) => `nobody did ${kind}`),
    ...expect.never.filter((kind) => operations.has(kind)).map((kind) => `somebody did ${kind}`),
  ];
}

function differs<T>(what: string, wanted: T | undefined, found: T): string[] {
  return wanted === undefined || wanted === found ? [] : [`${what}: ${found}, not ${wanted}`];
}
