import type { RunMode, RunReport, StoredEvent } from './core/run-event.ts';
import { checkPlaybooks, type RunSite } from './execute/run-site.ts';
import type { Clock } from './ports/clock.ts';
import type { RunLock } from './ports/run-lock.ts';
import type { RunRecord, RunStore } from './ports/run-store.ts';

/** What a caller asks for; `inventoryPath` is where relative paths of the inventory count from. */
export type RunRequest = Pick<RunRecord, 'inventoryText' | 'inventoryPath' | 'limit' | 'tags' | 'forks' | 'maxFail' | 'owner'> & {
  readonly waitLockMs: number;
};

/** The machinery behind the pipeline; `compose.ts` builds it. */
export type Engine = {
  readonly store: RunStore;
  readonly lock: RunLock;
  readonly clock: Clock;
  readonly newRunId: () => string;
  /** The cluster an inventory names. Rejects with every problem of the inventory at once. */
  readonly clusterOf: (request: RunRequest) => Promise<string>;
  readonly openRun: (id: string) => Promise<RunSite>;
  /** Queues the first jobs of a run. */
  readonly queue: (run: RunSite) => Promise<void>;
};

export type StartedRun = {
  readonly id: string;
  /** The run's events from the first on, ending with its report. */
  events(signal: AbortSignal): AsyncIterable<StoredEvent>;
};

type Watch = { readonly onEvent: (event: StoredEvent) => void; readonly signal: AbortSignal };

/** facts → plan → report: what an apply would do. Changes nothing. */
export async function preview(engine: Engine, request: RunRequest & { mode: 'plan' | 'drift' }, watch: Watch): Promise<RunReport> {
  return await watchRun(await startRun(engine, request), watch);
}

/** facts → plan → batches → check → report, under the cluster's run lock. */
export async function apply(engine: Engine, request: RunRequest, watch: Watch): Promise<RunReport> {
  return await watchRun(await startRun(engine, { ...request, mode: 'apply' }), watch);
}

/** Stores a run and queues its first jobs; it then goes on by itself wherever a worker is. */
export async function startRun(engine: Engine, request: RunRequest & { mode: RunMode }): Promise<StartedRun> {
  const { mode, waitLockMs, ...rest } = request;
  const cluster = await engine.clusterOf(request);
  const id = engine.newRunId();
  const since = engine.clock.nowIso();
  const lock = mode === 'apply' ? await engine.lock.acquire(cluster, { run: id, owner: request.owner, since, waitMs: waitLockMs }) : null;
  try {
    await engine.store.create({ ...rest, id, cluster, mode, createdAt: since, lockEpoch: lock?.epoch ?? 0 });
    const run = await engine.openRun(id);
    checkPlaybooks(run);
    const hosts = run.targets.map(({ name }) => name);
    await engine.store.append(id, [
      { event: 'run', run: id, mode, cluster, hosts },
      { event: 'phase', phase: 'facts' },
    ]);
    await engine.queue(run);
  } catch (error) {
    await lock?.release();
    throw error;
  }
  return { id, events: (signal) => releasing(engine.store.follow(id, 0, signal), lock) };
}

async function watchRun(run: StartedRun, { onEvent, signal }: Watch): Promise<RunReport> {
  for await (const event of run.events(signal)) {
    onEvent(event);
    if (event.event === 'report') return event;
  }
  throw new Error(`run ${run.id} ended without a report`);
}

async function* releasing(events: AsyncIterable<StoredEvent>, lock: { release(): Promise<void> } | null): AsyncIterable<StoredEvent> {
  try {
    yield* events;
  } finally {
    await lock?.release();
  }
}
