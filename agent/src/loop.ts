import type { HealthReport } from './contract/health-report.ts';

/** The loop's view of the world, so that it runs in tests without waiting. */
export type Pace = {
  readonly intervalMs: number;
  monotonicMs(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
};

/**
 * Ticks until `signal` fires: each interval begins when the one before should have, never two ticks at once. A tick that
 * takes longer than the interval is followed at once by the next.
 */
export async function runLoop(round: (last: HealthReport | null) => Promise<HealthReport>, pace: Pace, signal: AbortSignal): Promise<void> {
  let last: HealthReport | null = null;
  while (!signal.aborted) {
    const began = pace.monotonicMs();
    last = await round(last);
    const rest = pace.intervalMs - (pace.monotonicMs() - began);
    if (rest > 0 && !signal.aborted) await pace.sleep(rest, signal);
  }
}
