import { type ConnectionOptions, FlowProducer, type Job, Worker } from 'bullmq';
import { NvError } from '../core/errors.ts';
import { advanceRun, endRun } from '../execute/advance-run.ts';
import { failOnce } from '../execute/fail-once.ts';
import { isLoss, withAdvice } from '../execute/host-loss.ts';
import { findLostLock } from '../execute/lost-lock.ts';
import { maskedProblem } from '../execute/masked-problem.ts';
import type { FactsResult, Next } from '../execute/next.ts';
import { planRun, verifyRun } from '../execute/plan-run.ts';
import { readHost } from '../execute/read-host.ts';
import type { RunSite } from '../execute/run-site.ts';
import { hostOf, hostsToRead } from '../execute/run-site.ts';
import { runStage, type StageResult } from '../execute/run-stage.ts';
import type { Clock } from '../ports/clock.ts';
import type { RunLock } from '../ports/run-lock.ts';
import type { RunStore } from '../ports/run-store.ts';
import { flowOf, type JobData, type JobName, stageAttempts } from './run-jobs.ts';

export type WorkerDeps = {
  readonly connection: ConnectionOptions;
  readonly queueName: string;
  /** How many hosts are served at the same time. */
  readonly forks: number;
  readonly store: RunStore;
  readonly lock: Pick<RunLock, 'isHeld'>;
  readonly clock: Clock;
  /** Loads what a run needs, once per run and process. */
  readonly openRun: (id: string) => Promise<RunSite>;
  /** Errors of the queue's connections; they reconnect by themselves. */
  readonly onError: (error: Error) => void;
};

export type RunWorker = {
  /** Queues the first jobs of a stored run. */
  start(run: RunSite): Promise<void>;
  /** Takes no more jobs and waits for those in hand. */
  drain(): Promise<void>;
  /** Lets the jobs in hand finish, then closes the connections. */
  close(): Promise<void>;
  /** Lets go of everything at once: for a queue that is gone, where nothing can be finished. */
  abandon(): void;
};

/** A worker on one queue: takes jobs of any run in it, and adds each run's next jobs as the last ones end. */
export async function openRunWorker(deps: WorkerDeps): Promise<RunWorker> {
  const flows = new FlowProducer({ connection: deps.connection });
  flows.on('error', deps.onError);
  const worker = new Worker<JobData>(deps.queueName, (job) => work({ ...deps, flows }, job), {
    connection: deps.connection,
    concurrency: deps.forks + 2,
    lockDuration: 60_000,
    stalledInterval: 30_000,
    runRetryDelay: 500,
  });
  worker.on('error', deps.onError);
  worker.on('failed', (job, error) => {
    if (job && isDecision(job.name)) failOnce(job.data.run, error, deps).catch(deps.onError);
  });
  return {
    start: (run) => queueNext({ ...deps, flows }, run, { kind: 'facts', purpose: 'plan', hosts: hostsToRead(run) }),
    drain: () => worker.pause(),
    async close() {
      await worker.close();
      await flows.close();
    },
    abandon() {
      for (const ending of [worker.close(true), flows.close()]) ending.catch(deps.onError);
    },
  };
}

type Context = WorkerDeps & { readonly flows: FlowProducer };

async function work(context: Context, job: Job<JobData>): Promise<unknown> {
  if (await context.store.report(job.data.run)) return { dropped: true };
  const run = await context.openRun(job.data.run);
  if (run.record.lockEpoch !== job.data.lockEpoch) return { dropped: true };
  const lockLost = await findLostLock(run.record, context.lock);
  if (lockLost) {
    // The job that waits for its results ends the run: one of them, where many of these may be at work at once.
    if (isDecision(job.name)) await failOnce(job.data.run, lockLost, { ...context, outcome: 'interrupted' });
    return { dropped: true };
  }
  const name = job.name as JobName;
  if (name === 'facts') return await readHost(run, needed(job.data.host), context.clock);
  if (name === 'stage') return await tryStage(context, run, job);
  return await decide(context, run, job);
}

/** What comes next. When this fails, however it does, nothing does: the run ends with a report instead of hanging. */
async function decide(context: Context, run: RunSite, job: Job<JobData>): Promise<unknown> {
  await reportLost(context.store, run, await job.getIgnoredChildrenFailures());
  await queueNext(context, run, await nextOf(context, run, job));
  return {};
}

function isDecision(name: string): boolean {
  return (['plan', 'gate', 'verify'] satisfies JobName[] as string[]).includes(name);
}

async function nextOf(context: Context, run: RunSite, job: Job<JobData>): Promise<Next> {
  const values = Object.values(await job.getChildrenValues());
  if (job.name === 'plan') return await planRun(run, values as FactsResult[], context);
  if (job.name === 'verify') return await verifyRun(run, values as FactsResult[], context);
  return await advanceRun(run, { index: job.data.index ?? 0, results: values as StageResult[] }, context.store);
}

async function queueNext(context: Context, run: RunSite, next: Next): Promise<void> {
  const { id, lockEpoch } = run.record;
  const plan = next.kind === 'batch' ? await context.store.plan(id) : null;
  const batch = next.kind === 'batch' ? plan?.batches[next.index] : undefined;
  if (batch) await context.store.append(id, [{ event: 'stage', stage: batch.stage, state: 'start', hosts: batch.hosts }]);
  const flow = flowOf(next, { queueName: context.queueName, run: id, lockEpoch, plan });
  if (flow) await context.flows.add(flow);
  else await endRun(run.record, context);
}

/** A host lost in the middle is tried again by the queue; the last try reports it as aborted instead. */
async function tryStage(context: Context, run: RunSite, job: Job<JobData>): Promise<StageResult> {
  const host = hostOf(run, needed(job.data.host));
  const stage = needed(job.data.stage);
  const { live, systems } = await context.store.plan(run.record.id);
  const emit = (events: Parameters<RunStore['append']>[1]) => context.store.append(run.record.id, events);
  const beforeChange = async () => {
    const lockLost = await findLostLock(run.record, context.lock);
    if (lockLost) throw lockLost;
  };
  try {
    return await runStage(run, host, { live, systems, stage, emit, beforeChange });
  } catch (error) {
    if (error instanceof NvError && isLoss(error.code) && job.attemptsMade + 1 < stageAttempts) throw error;
    const problem = withAdvice({ ...maskedProblem(error, (text) => run.secrets.mask(text)), host: host.name });
    await emit([{ event: 'step', host: host.name, stage, step: `stage ${stage}`, outcome: 'aborted', summary: problem.message, problem }]);
    return { host: host.name, failed: true };
  }
}

async function reportLost(store: RunStore, run: RunSite, failures: Readonly<Record<string, string>>): Promise<void> {
  const events = Object.values(failures).map((reason) => ({
    event: 'problem' as const,
    problem: { code: 'NV_UNEXPECTED' as const, message: run.secrets.mask(reason) },
  }));
  await store.append(run.record.id, events);
}

function needed(value: string | undefined): string {
  if (value === undefined) throw new Error('a job lacks its host or stage');
  return value;
}
