import type { Clock } from '../../control-plane/src/ports/clock.ts';

/** A clock that stands still at a time; whoever sleeps by it wakes at once. */
export function stillClock(nowIso = '2026-01-01T00:00:00.000Z'): Clock {
  return { nowIso: () => nowIso, monotonicMs: () => 0, sleep: async () => undefined };
}
