/** Faults of the store, operators' requests, and changes of the configuration. */
import type { Request } from '../../../agent/src/core/failover/request.ts';
import { killAgent } from '../agent/process.ts';
import { recordIn } from '../invariants/record-in-store.ts';
import { timingsOf } from '../world/build-world.ts';
import type { Host } from '../world/host-state.ts';
import { later } from '../world/scheduling.ts';
import type { World } from '../world/state.ts';
import { rollBack, setStoreStatus, write } from '../world/store.ts';
import { aim } from './aim.ts';
import type { Fault } from './fault.ts';
import type { Simulation } from './simulation.ts';
import type { Heal } from './strike-host.ts';

export type SiteFault = Extract<Fault, { do: `${string}store${string}` | `ask ${string}` | 'change preset' }>;

export function strikeSite(simulation: Simulation, fault: SiteFault): Heal {
  const { world } = simulation;
  switch (fault.do) {
    case 'no store leader':
      return storeStatus(world, 'no-leader');
    case 'store read-only':
      return storeStatus(world, 'read-only');
    case 'store trouble':
      world.network.storeTrouble = fault;
      return () => {
        world.network.storeTrouble = null;
      };
    case 'store rolled back':
      return void rollBack(world, fault.revisions);
    case 'store emptied':
      return void write(world, null);
    case 'change preset':
      return void changePreset(simulation, fault);
    default:
      return ask(world, fault);
  }
}

function storeStatus(world: World, status: 'no-leader' | 'read-only'): Heal {
  setStoreStatus(world, status);
  return () => setStoreStatus(world, 'ok');
}

/** apply writes the new settings and restarts one agent after the other. */
function changePreset(simulation: Simulation, { preset, target }: Extract<SiteFault, { do: 'change preset' }>): void {
  const { world } = simulation;
  simulation.preset = preset;
  const timings = timingsOf(preset);
  if (timings.ttlMs > world.timings.ttlMs) world.timings = timings;
  for (const host of aim(world, target, null)) later(world, world.noise.agent.between(0, 2_000), () => killAgent(world, host));
}

type Asking = Extract<Fault, { do: `ask ${string}` }>;

function ask(world: World, fault: Asking): Heal {
  const request = requestOf(world, fault);
  if (request === null) return undefined;
  const { store } = world;
  store.requests = [...store.requests, request];
  if (request.kind === 'pause') world.pausedForMs += request.durationMs;
  world.trace.tell(world.nowMs, () => `operator asks: ${JSON.stringify(request)}`);
  return () => {
    store.requests = store.requests.filter((other) => other !== request);
  };
}

function requestOf(world: World, fault: Asking): Request | null {
  const id = world.noise.store.name();
  const epoch = recordIn(world.store.value)?.epoch ?? 0;
  const host = fault.do === 'ask pause' || fault.target === null ? null : nameOf(aim(world, fault.target, null)[0]);
  switch (fault.do) {
    case 'ask pause':
      return { kind: 'pause', id, durationMs: fault.durationMs };
    case 'ask switchover':
      return { kind: 'switchover', id, epoch, target: host, validMs: 10_000 };
    case 'ask maintenance':
      return host === null ? null : { kind: 'maintenance', id, host, lastMemberConfirmed: true };
    case 'ask reinit':
      return host === null ? null : { kind: 'reinit', id, host };
    case 'ask failover':
      return host === null ? null : { kind: 'failover', id, epoch, target: host, oldPrimaryIsOff: fault.oldPrimaryIsOff };
  }
}

function nameOf(host: Host | undefined): string | null {
  return host?.name ?? null;
}
