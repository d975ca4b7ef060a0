/**
 * netvis-guard and systemd behind it. The deadline is kept on both of the host's clocks: it has come when either says so.
 * `/run` keeps it across a death of the process, which fences by itself (ExecStopPost).
 */
import { type ClockName, readClock, untilLocal } from './clock.ts';
import type { Deadline, Host } from './host-state.ts';
import { onHost } from './scheduling.ts';
import { killUnit } from './server-stop.ts';
import type { World } from './state.ts';

const watchdogMs = 1_000;
const restartMs = 100;

/** What the agent's message does when the guard reads it. A deadline that has come is looked at before the socket is. */
export function arm(world: World, host: Host, armed: { epoch: number; deadline: Deadline }): void {
  const { guard } = host;
  if (hasCome(world, host)) fire(world, host);
  guard.armed = armed;
  const arming = ++guard.arming;
  for (const name of ['monotonic', 'boottime'] as const) watch(world, host, { arming, name });
}

export function disarm(host: Host): void {
  host.guard.armed = null;
  host.guard.arming++;
}

function watch(world: World, host: Host, timer: { arming: number; name: ClockName }): void {
  const { armed } = host.guard;
  if (armed === null || host.guard.arming !== timer.arming) return;
  const localMs = timer.name === 'monotonic' ? armed.deadline.monotonicMs : armed.deadline.boottimeMs;
  const run = () => {
    if (host.guard.arming !== timer.arming || !host.guard.isAlive || host.guard.isFrozen) return;
    if (hasCome(world, host)) fire(world, host);
    else watch(world, host, timer);
  };
  onHost(world, host, { delayMs: untilLocal(host, timer.name, { localMs, nowMs: world.nowMs }) + 0.1, run });
}

function hasCome(world: World, host: Host): boolean {
  const { armed } = host.guard;
  if (armed === null) return false;
  const { monotonicMs, boottimeMs } = armed.deadline;
  if (readClock(host, 'monotonic', world.nowMs) >= monotonicMs) return true;
  return !host.guard.hasOneClock && readClock(host, 'boottime', world.nowMs) >= boottimeMs;
}

function fire(world: World, host: Host): void {
  world.trace.tell(world.nowMs, () => `${host.name} guard fires for epoch ${host.guard.armed?.epoch}`);
  disarm(host);
  fence(world, host);
}

/** Kills PostgreSQL's unit, sets the role to fault and takes the address away. */
export function fence(world: World, host: Host): void {
  host.role = 'fault';
  host.isAddressUp = false;
  killUnit(world, host);
}

/** The process dies: systemd fences and starts it anew, and it reads its deadline again. */
export function killGuard(world: World, host: Host): void {
  host.guard.isAlive = false;
  host.guard.isFrozen = false;
  host.guardDownAtMs = world.nowMs;
  const wait = Math.max(0, host.systemdBusyUntilMs - world.nowMs);
  onHost(world, host, { delayMs: wait + world.noise.postgres.between(5, 19), run: () => fence(world, host) });
  onHost(world, host, { delayMs: wait + restartMs, run: () => reviveGuard(world, host) });
}

function reviveGuard(world: World, host: Host): void {
  host.guard.isAlive = true;
  host.guardDownAtMs = world.nowMs;
  if (hasCome(world, host)) {
    fire(world, host);
    return;
  }
  const arming = ++host.guard.arming;
  for (const name of ['monotonic', 'boottime'] as const) watch(world, host, { arming, name });
}

/** Frozen: systemd's watchdog kills it a second later, on its own grid of 250 ms. */
export function freezeGuard(world: World, host: Host): void {
  host.guard.isFrozen = true;
  host.guardDownAtMs = world.nowMs;
  const run = () => {
    if (host.guard.isFrozen) killGuard(world, host);
  };
  onHost(world, host, { delayMs: watchdogMs + world.noise.postgres.between(0, 250), run });
}

/** It goes on, and looks at the clock first. */
export function thawGuard(world: World, host: Host): void {
  if (!host.guard.isFrozen) return;
  host.guard.isFrozen = false;
  host.guardDownAtMs = world.nowMs;
  reviveGuard(world, host);
}
