import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../ports/clock.ts';

/** The machine's own clocks. */
export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  nowIso: () => new Date().toISOString(),
  sleep: (ms) => setTimeout(ms),
};
