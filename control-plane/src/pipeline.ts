import type { RunMode, RunReport, StoredEvent } from './core/run-event.ts';
import { endRun, failRun } from './execute/advance-run.ts';
import { checkSecrets } from './execute/check-secrets.ts';
import { failOnce } from './execute/fail-once.ts';
import { lockLost } from './execute/lost-lock.ts';
import { checkPlaybooks, type RunSite } from './execute/run-site.ts';
import type { Clock } from './ports/clock.ts';
import type { HeldLock, RunLock } from './ports/run-lock.ts';
import type { RunRecord, RunStore } from './ports/run-store.ts';

/** What a caller asks for; `inventoryPath` is where relative paths of the inventory count from. */
export type RunRequest = Pick<
  RunRecord,
  'inventoryText' | 'inventoryPath' | 'limit' | 'tags' | 'forks' | 'serial' | 'maxFail' | 'owner' | 'diff'
> & {
  readonly waitLockMs: number;
};

/** The machinery behind the pipeline; `compose.ts` builds it. */
export type Engine = {
  /** Names the engine among those that share its store. */
  readonly id: string;
  readonly store: RunStore;
  readonly lock: RunLock;
  readonly clock: Clock;
  readonly newRunId: () => string;
  /** The cluster an inventory names. Rejects with every problem of the inventory at once. */
  readonly clusterOf: (request: RunRequest) => Promise<string>;
  readonly openRun: (id: string) => Promise<RunSite>;
  /** Closes what was opened for a run; harmless when nothing was. */
  readonly closeRun: (id: string) => Promise<void>;
  /** Queues the first jobs of a run. */
  readonly queue: (run: RunSite) => Promise<void>;
  /** Takes no more jobs and waits for those in hand. */
  readonly drain: () => Promise<void>;
  /** Aborts when the queue is gone for good, with an NV_QUEUE error as its reason. */
  readonly lost: AbortSignal;
};

export type StartedRun = {
  readonly id: string;
  /** The run's events from the first on, ending with its report. */
  events(signal: AbortSignal): AsyncIterable<StoredEvent>;
};

type Watch = { readonly onEvent: (event: StoredEvent) => void; readonly signal: AbortSignal };

/** facts → plan → report: what an apply would do. Changes nothing. */
export async function preview(engine: Engine, request: RunRequest & { mode: 'plan' | 'drift' }, watch: Watch): Promise<RunReport> {
  return await watchRun(engine, await startRun(engine, request), watch);
}

/** facts → plan → batches → check → report, under the cluster's run lock. */
export async function apply(engine: Engine, request: RunRequest, watch: Watch): Promise<RunReport> {
  return await watchRun(engine, await startRun(engine, { ...request, mode: 'apply' }), watch);
}

/** Stores a run and queues its first jobs; it then goes on by itself wherever a worker is. Rejects with NV_QUEUE when the queue is lost. */
export async function startRun(engine: Engine, request: RunRequest & { mode: RunMode }): Promise<StartedRun> {
  try {
    return await start(engine, request);
  } catch (error) {
    engine.lost.throwIfAborted();
    throw error;
  }
}

async function start(engine: Engine, request: RunRequest & { mode: RunMode }): Promise<StartedRun> {
  const { mode, waitLockMs, ...rest } = request;
  const cluster = await engine.clusterOf(request);
  const id = engine.newRunId();
  const since = engine.clock.nowIso();
  const lock = mode === 'apply' ? await engine.lock.acquire(cluster, { run: id, owner: request.owner, since, waitMs: waitLockMs }) : null;
  const record = { ...rest, id, cluster, mode, createdAt: since, lockEpoch: lock?.epoch ?? 0, engine: engine.id };
  try {
    await engine.store.create(record);
    await queueRun(engine, record);
  } catch (error) {
    if (!engine.lost.aborted) await lock?.release();
    throw error;
  }
  return { id, events: (signal) => followRun(engine, { record, lock, signal }) };
}

/** A stored run that cannot be queued ends with a report that says why; the error is thrown as well. */
async function queueRun(engine: Engine, record: RunRecord): Promise<void> {
  const { id, mode, cluster } = record;
  try {
    const run = await engine.openRun(id);
    checkPlaybooks(run);
    checkSecrets(run);
    const hosts = run.targets.map(({ name }) => name);
    await engine.store.append(id, [
      { event: 'run', run: id, mode, cluster, hosts },
      { event: 'phase', phase: 'facts' },
    ]);
    await engine.queue(run);
  } catch (error) {
    await engine.closeRun(id);
    await failRun(record, error, engine);
    throw error;
  }
}

/** The run's report; an interrupted run finishes the jobs in hand first. Rejects with NV_QUEUE when the queue is lost. */
export async function watchRun(engine: Engine, run: StartedRun, { onEvent, signal }: Watch): Promise<RunReport> {
  for await (const event of run.events(signal)) {
    onEvent(event);
    if (event.event === 'report') return event;
  }
  engine.lost.throwIfAborted();
  // The jobs in hand may have ended the run while it was waited for them.
  const ended = await engine.store.report(run.id);
  const report = ended ?? (await endRun(await engine.store.get(run.id), { ...engine, outcome: 'interrupted' }));
  for (const last of (await engine.store.events(run.id)).slice(-1)) onEvent(last);
  return report;
}

type Followed = { readonly record: RunRecord; readonly lock: HeldLock | null; readonly signal: AbortSignal };

/** The cluster's lock is given back when the events end; a lost queue lets it expire. A lost lock ends the run. */
async function* followRun(engine: Engine, { record, lock, signal }: Followed): AsyncIterable<StoredEvent> {
  const { id, cluster } = record;
  const broken = new AbortController();
  const interrupt = () => failOnce(id, lockLost(cluster), { ...engine, outcome: 'interrupted' }).catch((error) => broken.abort(error));
  lock?.lost.addEventListener('abort', interrupt, { once: true });
  if (lock?.lost.aborted) await interrupt();
  const ends = AbortSignal.any([signal, engine.lost, broken.signal]);
  try {
    yield* engine.store.follow(id, 0, ends);
    broken.signal.throwIfAborted();
    if (signal.aborted && !engine.lost.aborted) await engine.drain();
  } finally {
    lock?.lost.removeEventListener('abort', interrupt);
    if (!engine.lost.aborted) await lock?.release();
    await engine.closeRun(id);
  }
}
