/** A host's two clocks: they run at the host's rate, and a pause may stop one or both. */
import type { Host, PauseKind } from './host-state.ts';

export type ClockName = 'monotonic' | 'boottime';

/** Reads a clock of the host at world time `nowMs`. */
export function readClock(host: Host, name: ClockName, nowMs: number): number {
  const { clock } = host;
  const elapsed = (nowMs - clock.anchorMs) * clock.rate;
  if (name === 'monotonic') return clock.monotonicMs + (stopsMonotonic(host.pause) ? 0 : elapsed);
  return clock.boottimeMs + (stopsBoottime(host.pause) ? 0 : elapsed);
}

/** Sets the anchor to now, so that the pause or its end, which the caller is about to write, counts from here. */
export function anchorClock(host: Host, nowMs: number): void {
  const monotonicMs = readClock(host, 'monotonic', nowMs);
  const boottimeMs = readClock(host, 'boottime', nowMs);
  Object.assign(host.clock, { monotonicMs, boottimeMs, anchorMs: nowMs });
}

/** World milliseconds until the running clock shows `localMs`. */
export function untilLocal(host: Host, name: ClockName, at: { localMs: number; nowMs: number }): number {
  return Math.max(0, (at.localMs - readClock(host, name, at.nowMs)) / host.clock.rate);
}

function stopsMonotonic(pause: PauseKind | null): boolean {
  return pause === 'suspend' || pause === 'blind';
}

function stopsBoottime(pause: PauseKind | null): boolean {
  return pause === 'blind';
}
