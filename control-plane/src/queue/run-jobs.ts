import type { FlowJob, JobsOptions } from 'bullmq';
import type { Next } from '../execute/next.ts';
import type { RunPlan } from '../ports/run-store.ts';

/**
 * The jobs of a run: no content and no secret, only what to do where. A job whose `lockEpoch` is not the run's, or whose run has its report, is dropped.
 * A flow is a tree: `facts` jobs are children of the `plan` or `verify` job, `stage` jobs of their batch's `gate`.
 */
export type JobData = {
  readonly run: string;
  readonly lockEpoch: number;
  /** Epoch of the cluster's lock; absent before the first change. */
  readonly clusterEpoch?: number;
  readonly host?: string;
  readonly stage?: string;
  readonly index?: number;
};
export type JobName = 'facts' | 'plan' | 'verify' | 'stage' | 'gate';

/** How often a stage is tried again when its host was lost in the middle; every try continues where the host stands. */
export const stageAttempts = 3;

const kept: JobsOptions = { removeOnComplete: { count: 2000, age: 86_400 }, removeOnFail: { count: 2000 } };
const child: JobsOptions = { ...kept, ignoreDependencyOnFailure: true };

type FlowContext = Pick<JobData, 'run' | 'lockEpoch' | 'clusterEpoch'> & { readonly queueName: string; readonly plan: RunPlan | null };

/** The flow that `next` asks for; null where no job has anything to do. */
export function flowOf(next: Next, { queueName, plan, ...base }: FlowContext): FlowJob | null {
  const job = (name: JobName, data: Partial<JobData>, opts: JobsOptions = kept): FlowJob => ({
    name,
    queueName,
    data: { ...base, ...data },
    opts,
  });
  switch (next.kind) {
    case 'facts':
      return { ...job(next.purpose, {}), children: next.hosts.map((host) => job('facts', { host }, child)) };
    case 'batch': {
      const batch = plan?.batches[next.index];
      if (!batch) throw new Error(`run ${base.run} has no batch ${next.index}`);
      const opts = { ...child, attempts: stageAttempts, backoff: { type: 'fixed', delay: 1000 } };
      return {
        ...job('gate', { index: next.index }),
        children: batch.hosts.map((host) => job('stage', { host, stage: batch.stage }, opts)),
      };
    }
    case 'lock':
    case 'end':
      return null;
    default:
      return next satisfies never;
  }
}
