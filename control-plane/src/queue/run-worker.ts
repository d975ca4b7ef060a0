import { type ConnectionOptions, FlowProducer, type Job, Worker } from 'bullmq';
import { NvError, type Problem } from '../core/errors.ts';
import type { RunEvent } from '../core/run-event.ts';
import { advanceRun, endRun } from '../execute/advance-run.ts';
import { failOnce } from '../execute/fail-once.ts';
import { isLoss, withAdvice } from '../execute/host-loss.ts';
import { interrupted } from '../execute/interrupted.ts';
import { keepHealth } from '../execute/keep-health.ts';
import { findLostLock, lockLost } from '../execute/lost-lock.ts';
import { maskedProblem } from '../execute/masked-problem.ts';
import type { FactsResult, Next } from '../execute/next.ts';
import { planRun, verifyRun } from '../execute/plan-run.ts';
import { readHost } from '../execute/read-host.ts';
import type { RunSite } from '../execute/run-site.ts';
import { hostOf } from '../execute/run-site.ts';
import { runStage, type StageResult } from '../execute/run-stage.ts';
import type { Clock } from '../ports/clock.ts';
import type { RunLock } from '../ports/run-lock.ts';
import type { RunRecord, RunStore } from '../ports/run-store.ts';
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
  readonly openRun: (id: string, lockEpoch: number) => Promise<RunSite>;
  /** Errors of the queue's connections; they reconnect by themselves. */
  readonly onError: (error: Error) => void;
};

export type RunWorker = {
  /** Queues what a stored run does next; `clusterEpoch` is the cluster's lock's, once it is held. */
  queue(run: RunSite, next: Next, clusterEpoch?: number): Promise<void>;
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
    if (job && isDecision(job.name)) failAttempt(deps, job.data, error).catch(deps.onError);
  });
  return {
    queue: (run, next, clusterEpoch) => queueNext({ ...deps, flows }, run, { next, clusterEpoch }),
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
  const run = await context.openRun(job.data.run, job.data.lockEpoch);
  if (run.record.lockEpoch !== job.data.lockEpoch) return { dropped: true };
  const ending = await whyEnd(context, run.record);
  if (ending) {
    // The job that waits for its results ends the run: one of them, where many of these may be at work at once.
    if (isDecision(job.name)) await failOnce(job.data.run, ending, { ...context, outcome: 'interrupted' });
    return { dropped: true };
  }
  const name = job.name as JobName;
  if (name === 'facts') return await readHost(run, needed(job.data.host), context.clock);
  if (name === 'stage') return await tryStage(context, run, job);
  return await decide(context, run, job);
}

/** Why a run goes no further: it was told to stop, or lost its cluster; null when it goes on. */
async function whyEnd({ store, lock }: WorkerDeps, record: RunRecord): Promise<NvError | null> {
  return (await store.isStopping(record.id)) ? interrupted(record) : await findLostLock(record, lock);
}

/** Ends a run that one of its jobs could not decide on; a job of an earlier attempt ends nothing. */
async function failAttempt(deps: WorkerDeps, { run, lockEpoch }: JobData, error: unknown): Promise<void> {
  if ((await deps.store.get(run)).lockEpoch === lockEpoch) await failOnce(run, error, deps);
}

/** What comes next. When this fails, however it does, nothing does: the run ends with a report instead of hanging. */
async function decide(context: Context, run: RunSite, job: Job<JobData>): Promise<unknown> {
  await reportLost(context.store, run, await job.getIgnoredChildrenFailures());
  const { clusterEpoch } = job.data;
  await queueNext(context, run, { next: await nextOf(context, run, job), clusterEpoch });
  return {};
}

function isDecision(name: string): boolean {
  return (['plan', 'gate', 'verify'] satisfies JobName[] as string[]).includes(name);
}

async function nextOf(context: Context, run: RunSite, job: Job<JobData>): Promise<Next> {
  const values = Object.values(await job.getChildrenValues());
  if (job.name === 'plan') return await planRun(run, values as FactsResult[], { ...context, clusterEpoch: job.data.clusterEpoch });
  if (job.name === 'verify') return await verifyRun(run, values as FactsResult[], context);
  return await advanceRun(run, { index: job.data.index ?? 0, results: values as StageResult[] }, context.store);
}

type Queued = { readonly next: Next; readonly clusterEpoch: number | undefined };

async function queueNext(context: Context, run: RunSite, { next, clusterEpoch }: Queued): Promise<void> {
  const { id, lockEpoch } = run.record;
  const plan = next.kind === 'batch' ? await context.store.plan(id) : null;
  const batch = next.kind === 'batch' ? plan?.batches[next.index] : undefined;
  if (batch) await context.store.append(id, [{ event: 'stage', stage: batch.stage, state: 'start', hosts: batch.hosts }]);
  const epochs = { lockEpoch, ...(clusterEpoch === undefined ? {} : { clusterEpoch }) };
  const flow = flowOf(next, { queueName: context.queueName, run: id, ...epochs, plan });
  if (flow) await context.flows.add(flow);
  else if (next.kind === 'lock') await context.store.append(id, [{ event: 'lock', state: 'wanted' }]);
  else await endRun(run.record, context);
}

/** A host lost in the middle is tried again by the queue; the last try reports it as aborted instead. */
async function tryStage(context: Context, run: RunSite, job: Job<JobData>): Promise<StageResult> {
  const host = hostOf(run, needed(job.data.host));
  const stage = needed(job.data.stage);
  const { live, systems } = await context.store.plan(run.record.id);
  const emit = (events: Parameters<RunStore['append']>[1]) => context.store.append(run.record.id, events);
  const beforeChange = async () => {
    const ending = await whyEnd(context, run.record);
    if (ending) throw ending;
  };
  try {
    const work = () => runStage(run, host, { live, systems, stage, epoch: needed(job.data.clusterEpoch), emit, beforeChange });
    const isEnding = async () => (await whyEnd(context, run.record)) !== null;
    const gate = { stage, clock: context.clock, emit, isEnding, work };
    // While the cluster comes to be, what is not there yet ails.
    const result = live.postgres.bootstrapped ? await keepHealth(run, host, gate) : await work();
    // A higher epoch that no stop of this run has brought is another run's, which broke the lock.
    if (result.stopped && !(await context.store.isStopping(run.record.id))) throw lockLost(run.record.cluster);
    return result;
  } catch (error) {
    if (error instanceof NvError && isLoss(error.code) && job.attemptsMade + 1 < stageAttempts) throw error;
    const problem = withAdvice({ ...maskedProblem(error, (text) => run.secrets.mask(text)), host: host.name });
    await emit([leftUndone({ host: host.name, stage }, problem)]);
    return { host: host.name, failed: true };
  }
}

function leftUndone({ host, stage }: { host: string; stage: string }, cause: Problem): RunEvent {
  const step = { event: 'step', host, stage, step: `stage ${stage}` } as const;
  if (cause.code === 'NV_INTERRUPTED') return { ...step, outcome: 'skipped', summary: cause.message };
  return { ...step, outcome: 'aborted', summary: cause.message, problem: cause };
}

async function reportLost(store: RunStore, run: RunSite, failures: Readonly<Record<string, string>>): Promise<void> {
  const events = Object.values(failures).map((reason) => ({
    event: 'problem' as const,
    problem: { code: 'NV_UNEXPECTED' as const, message: run.secrets.mask(reason) },
  }));
  await store.append(run.record.id, events);
}

function needed<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a job lacks its host, stage or epoch');
  return value;
}
