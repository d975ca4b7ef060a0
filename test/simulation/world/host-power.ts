/** A whole host: power, boot, pause. */
import { anchorClock } from './clock.ts';
import type { Host, PauseKind } from './host-state.ts';
import { drain, later } from './scheduling.ts';
import { endServer } from './server-end.ts';
import type { World } from './state.ts';

const neverReady = (): never => {
  throw new Error('no agent was put on this host');
};

/** After a resume the fence needs this long to act on what the clocks now say. */
const graceMs = 30;

export function powerOff(world: World, host: Host): void {
  if (!host.isOn) return;
  world.trace.tell(world.nowMs, () => `${host.name} POWER OFF`);
  if (host.postgres !== null) endServer(world, host.postgres, 'power off');
  host.agent.end();
  resume(world, host);
  host.isOn = false;
  host.boot++;
  host.backlog.length = 0;
  Object.assign(host, { role: 'none', isAddressUp: false, leaseFile: null, systemdBusyUntilMs: 0 });
  Object.assign(host.guard, { isAlive: false, isFrozen: false, armed: null, arming: host.guard.arming + 1 });
  world.observer.changed();
}

/** Boots: clocks begin anew, the guard and the agent are started, PostgreSQL is not. */
export function powerOn(world: World, host: Host): void {
  if (host.isOn) return;
  world.trace.tell(world.nowMs, () => `${host.name} boots`);
  host.isOn = true;
  Object.assign(host.clock, { anchorMs: world.nowMs, monotonicMs: 1_000, boottimeMs: 1_000 });
  host.guard.isAlive = true;
  host.agent.start();
}

export function pause(world: World, host: Host, kind: PauseKind): void {
  if (!host.isOn || host.pause !== null) return;
  world.trace.tell(world.nowMs, () => `${host.name} paused (${kind})`);
  anchorClock(host, world.nowMs);
  host.pause = kind;
  world.observer.changed();
}

/** Everything that was due happens now, in the order it was due. */
export function resume(world: World, host: Host): void {
  if (host.pause === null) return;
  world.trace.tell(world.nowMs, () => `${host.name} resumed`);
  const wasBlind = host.pause === 'blind';
  anchorClock(host, world.nowMs);
  host.pause = null;
  host.excusedUntilMs = world.nowMs + (wasBlind ? world.timings.ttlMs * 1.25 : graceMs);
  later(world, 0, () => drain(host.backlog));
}

/** A host that is switched off, with the clock it will have. Its agent is put on it later. */
export function makeHost(index: number, rate: number, disk: Host['disk']): Host {
  const clock = { rate, anchorMs: 0, monotonicMs: 1_000, boottimeMs: 1_000 };
  const guard = { isAlive: false, isFrozen: false, armed: null, arming: 0, hasOneClock: false };
  const nothing = () => {};
  const agent = { status: 'dead', backlog: [], start: neverReady, end: nothing, notice: nothing, hear: nothing, report: nothing } as const;
  const processes = { isOn: false, boot: 0, pause: null, backlog: [], postgres: null, role: 'none', isAddressUp: false } as const;
  const rest = { leaseFile: null, systemdBusyUntilMs: 0, excusedUntilMs: 0, cpuFactor: 1, guardDownAtMs: -1e9, agentDownAtMs: -1e9 };
  return { index, name: `d${index + 1}`, clock, disk, guard, agent: { ...agent, backlog: [] }, ...processes, backlog: [], ...rest };
}
