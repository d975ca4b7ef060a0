import { isLookedSince, newlyAiling, unhealthy, type WellChecks, wellChecks } from '../core/health-gate.ts';
import type { RunEvent } from '../core/run-event.ts';
import type { SiteHost } from '../core/site.ts';
import { type HostReading, staleMs } from '../core/status/host-reading.ts';
import type { Clock } from '../ports/clock.ts';
import { readHosts } from './read-cluster.ts';
import type { RunSite } from './run-site.ts';
import type { StageResult } from './run-stage.ts';

/** How long a service may take to be well again: start, catch up, rejoin. */
const settleMs = 60_000;
const askEveryMs = 500;

type Gate = {
  readonly stage: string;
  readonly clock: Clock;
  readonly emit: (events: readonly RunEvent[]) => Promise<unknown>;
  /** Whether the run is to end: then nothing is waited for. */
  readonly isEnding: () => Promise<boolean>;
};

/**
 * Does a stage's work on a host and then waits until every check of its agent that was well before is well again; the
 * host has failed when one is not within a minute. A host without an agent that reports is not judged.
 */
export async function keepHealth(run: RunSite, host: SiteHost, gate: Gate & { work: () => Promise<StageResult> }): Promise<StageResult> {
  const { stage, clock, emit, isEnding, work } = gate;
  const read = async () => (await readHosts([host.name], { remotes: run.remotes, clock }))[host.name] ?? { silent: 'not asked' };
  const before = await wellBefore(run, read, clock);
  const result = await work();
  if (result.failed || !before) return result;
  const startMs = clock.monotonicMs();
  for (;;) {
    const sinceMs = clock.monotonicMs() - startMs;
    const ailing = newlyAiling(before, await read(), sinceMs);
    if (ailing?.length === 0 || (await isEnding())) return result;
    if (sinceMs >= settleMs) {
      const problem = unhealthy(host.name, ailing);
      await emit([{ event: 'step', host: host.name, stage, step: 'health', outcome: 'failed', summary: problem.message, problem }]);
      return { ...result, failed: true };
    }
    await clock.sleep(askEveryMs);
  }
}

/**
 * What was well when the run began. A report that was begun earlier may show a service that was stopped since and that
 * a later stage starts again; the next one is waited for, as long as reports count as fresh.
 */
async function wellBefore({ record }: RunSite, read: () => Promise<HostReading>, clock: Clock): Promise<WellChecks> {
  const startMs = clock.monotonicMs();
  const runMs = Date.parse(clock.nowIso()) - Date.parse(record.resumedAt ?? record.createdAt);
  for (;;) {
    const waitedMs = clock.monotonicMs() - startMs;
    const reading = await read();
    const says = 'report' in reading && reading.ageMs <= staleMs;
    if (!says || isLookedSince(reading, runMs + waitedMs) || waitedMs >= staleMs) return wellChecks(reading);
    await clock.sleep(askEveryMs);
  }
}
