import type { Job } from 'bullmq';
import { NvError } from '../core/errors.ts';
import { failOnce } from '../execute/fail-once.ts';
import { resumeHint } from '../execute/interrupted.ts';
import type { Clock } from '../ports/clock.ts';
import type { RunRecord, RunStore } from '../ports/run-store.ts';
import type { JobData } from './run-jobs.ts';

const keptRuns = 200;

export type ForsakenDeps = {
  readonly store: RunStore;
  readonly clock: Clock;
  /** The jobs of the shared queue that are still to be done or at work. */
  readonly liveJobs: () => Promise<readonly Pick<Job<JobData>, 'data'>[]>;
  readonly isAlive: (engine: string) => Promise<boolean>;
};

/** Ends, as interrupted, every run that has neither a report nor a live job nor a live engine to go on with it. */
export async function endForsakenRuns({ liveJobs, isAlive, ...ports }: ForsakenDeps): Promise<void> {
  const open = (await ports.store.list(keptRuns)).filter(({ report }) => !report);
  if (open.length === 0) return;
  const alive = await Promise.all(open.map(({ engine }) => engine !== undefined && isAlive(engine)));
  const queued = new Set((await liveJobs()).map(({ data }) => data.run));
  const forsaken = open.filter(({ id }, i) => !alive[i] && !queued.has(id));
  for (const run of forsaken) await failOnce(run.id, whyForsaken(run), { ...ports, outcome: 'interrupted' });
}

function whyForsaken(run: RunRecord): NvError {
  return new NvError({
    code: 'NV_INTERRUPTED',
    message: `the process that carried out this ${run.mode} ended before it`,
    hint: resumeHint(run),
  });
}
