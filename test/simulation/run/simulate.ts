/** One run: a cluster is founded, faults strike, all is healed, and it has to serve and to be protected again. */
import { foundingRecord } from '../../../agent/src/core/failover/record.ts';
import type { Brain } from '../agent/agent.ts';
import { storedRecord } from '../agent/store-operations.ts';
import { type Invariants, observe } from '../invariants/observe.ts';
import { recoveryOf } from '../invariants/recovery.ts';
import { Violation } from '../invariants/violation.ts';
import { healAll, inject } from '../schedule/inject.ts';
import type { Scenario } from '../schedule/scenario.ts';
import { populate, type Simulation } from '../schedule/simulation.ts';
import { step } from '../world/advance.ts';
import { buildWorld } from '../world/build-world.ts';
import { startClients } from '../world/clients.ts';
import type { World } from '../world/state.ts';
import { write } from '../world/store.ts';

export type Outcome = {
  readonly violation: Violation | null;
  readonly world: World;
  /** How many rows were acknowledged, and how long writes and protection took to come back after healing. */
  readonly acknowledged: number;
  readonly writableAfterMs: number | null;
  readonly protectedAfterMs: number | null;
};

/** `prepare` may change the world before anything happens in it. */
export type Observation = { readonly isTraced: boolean; readonly prepare?: ((world: World) => void) | undefined };

export function simulate(scenario: Scenario, brain: Brain, { isTraced, prepare }: Observation): Outcome {
  const world = buildWorld(scenario.setup, isTraced);
  const invariants = observe(world);
  const simulation = populate(world, brain);
  world.queue.add(100, () => found(world));
  startClients(world);
  prepare?.(world);
  inject(simulation, scenario.faults);
  world.queue.add(scenario.healAtMs, () => healAll(simulation));
  return outcomeOf(simulation, invariants);
}

/** What `apply` does on a blank cluster. */
function found(world: World): void {
  const founder = world.hosts[0]?.name ?? '';
  const record = foundingRecord({ host: founder, nonce: 'apply', ttlMs: world.timings.ttlMs });
  if (world.store.value === null) write(world, storedRecord(record));
}

function outcomeOf(simulation: Simulation, invariants: Invariants): Outcome {
  const { world } = simulation;
  const recovery = recoveryOf(simulation);
  const outcome = (violation: Violation | null): Outcome => {
    const { writableAfterMs, protectedAfterMs } = recovery;
    return { violation, world, acknowledged: invariants.ledger.rows.length, writableAfterMs, protectedAfterMs };
  };
  try {
    while (!recovery.isDone && step(world)) {
      invariants.checkStep();
      recovery.look();
    }
  } catch (error) {
    if (error instanceof Violation) return outcome(error);
    throw error;
  }
  return outcome(null);
}
