import { uptime } from 'node:os';
import type { Moment } from '../core/failover/moment.ts';

/**
 * CLOCK_MONOTONIC as every process of this host reads it. Unlike `performance.now()` it goes on where another process
 * left off.
 */
export function hostMonotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1_000_000;
}

/** Both clocks of this host. CLOCK_BOOTTIME comes rounded down to 10 ms, which ends a right so much earlier, never later. */
export function hostMoment(): Moment {
  return { monotonicMs: hostMonotonicMs(), boottimeMs: uptime() * 1000 };
}
