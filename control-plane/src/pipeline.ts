import type { RunMode, RunReport, StoredEvent } from './core/run-event.ts';
import { reasonOf } from './core/run-lock/claim.ts';
import { failRun } from './execute/advance-run.ts';
import { checkSecrets } from './execute/check-secrets.ts';
import { type FollowDeps, followRun } from './execute/follow-run.ts';
import { checkPlaybooks, hostsToRead } from './execute/run-site.ts';
import { unfinishedRun } from './execute/unfinished-run.ts';
import type { RunLock } from './ports/run-lock.ts';
import type { RunRecord } from './ports/run-store.ts';

/** What a caller asks for; `inventoryPath` is where relative paths of the inventory count from. */
export type RunRequest = Pick<
  RunRecord,
  'inventoryText' | 'inventoryPath' | 'limit' | 'tags' | 'forks' | 'serial' | 'maxFail' | 'owner' | 'diff'
> & {
  readonly waitLockMs: number;
};

/** The machinery behind the pipeline; `compose.ts` builds it. */
export type Engine = FollowDeps & {
  /** Names the engine among those that share its store. */
  readonly id: string;
  /** The lock of all who share the queue; the cluster's own is taken with the first change. */
  readonly lock: RunLock;
  readonly newRunId: () => string;
  /** The cluster an inventory names. Rejects with every problem of the inventory at once. */
  readonly clusterOf: (request: RunRequest) => Promise<string>;
};

export type StartedRun = {
  readonly id: string;
  /** The run's events from the first on, ending with its report. */
  events(signal: AbortSignal): AsyncIterable<StoredEvent>;
};

/** Which run is gone on with, and by whom. */
export type ResumeRequest = Pick<RunRecord, 'id' | 'owner'> & { readonly waitLockMs: number };

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
  const { waitLockMs, ...rest } = request;
  return await unlessLost(engine, async () => {
    const asked = { ...rest, id: engine.newRunId(), cluster: await engine.clusterOf(request) };
    return await launch(engine, asked, {
      waitLockMs,
      store: async (lockEpoch) => {
        const record = { ...asked, createdAt: engine.clock.nowIso(), lockEpoch, engine: engine.id };
        await engine.store.create(record);
        return { record, afterSeq: 0 };
      },
    });
  });
}

/**
 * Goes on with an apply that ended before its time: the same inventory text and options under a new lock, planned from
 * what the hosts are now. Its events follow the earlier ones. Rejects with NV_RUN_UNKNOWN, NV_RUN_ENDED (it is done),
 * NV_USAGE (it is no apply) and, while it goes on elsewhere, NV_LOCKED.
 */
export async function resumeRun(engine: Engine, { id, owner, waitLockMs }: ResumeRequest): Promise<StartedRun> {
  return await unlessLost(engine, async () => {
    const asked = await unfinishedRun(engine.store, id);
    return await launch(
      engine,
      { ...asked, owner },
      {
        waitLockMs,
        store: async (lockEpoch) => {
          await unfinishedRun(engine.store, id);
          const events = await engine.store.events(id);
          const record = await engine.store.reopen(id, { lockEpoch, owner, engine: engine.id, resumedAt: engine.clock.nowIso() });
          return { record, afterSeq: events.at(-1)?.seq ?? 0 };
        },
      },
    );
  });
}

async function unlessLost<T>(engine: Engine, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    engine.lost.throwIfAborted();
    throw error;
  }
}

type Asked = Pick<RunRecord, 'id' | 'cluster' | 'mode' | 'owner' | 'limit' | 'tags'>;
type Launch = {
  readonly waitLockMs: number;
  /** Writes the run down under the lock's epoch; its events are followed after `afterSeq`. */
  readonly store: (lockEpoch: number) => Promise<{ readonly record: RunRecord; readonly afterSeq: number }>;
};

async function launch(engine: Engine, asked: Asked, { waitLockMs, store }: Launch): Promise<StartedRun> {
  const { id, cluster, mode, owner } = asked;
  const claim = { run: id, owner, machine: engine.machine, reason: reasonOf(asked), since: engine.clock.nowIso(), waitMs: waitLockMs };
  const lock = mode === 'apply' ? await engine.lock.acquire(cluster, claim) : null;
  try {
    const stored = await store(lock?.epoch ?? 0);
    await queueRun(engine, stored.record);
    return { id, events: (signal) => followRun(engine, { ...stored, lock, waitLockMs, signal }) };
  } catch (error) {
    if (!engine.lost.aborted) await lock?.release();
    throw error;
  }
}

/** A stored run that cannot be queued ends with a report that says why; the error is thrown as well. */
async function queueRun(engine: Engine, record: RunRecord): Promise<void> {
  const { id, mode, cluster, lockEpoch } = record;
  try {
    const run = await engine.openRun(id, lockEpoch);
    checkPlaybooks(run);
    checkSecrets(run);
    const hosts = run.targets.map(({ name }) => name);
    await engine.store.append(id, [
      { event: 'run', run: id, mode, cluster, hosts },
      { event: 'phase', phase: 'facts' },
    ]);
    await engine.queue(run, { kind: 'facts', purpose: 'plan', hosts: hostsToRead(run) });
  } catch (error) {
    await engine.closeRun(id);
    await failRun(record, error, engine);
    throw error;
  }
}

/** The run's report; an interrupted run finishes the steps in hand first. Rejects with NV_QUEUE when the queue is lost. */
export async function watchRun(engine: Engine, run: StartedRun, { onEvent, signal }: Watch): Promise<RunReport> {
  for await (const event of run.events(signal)) {
    onEvent(event);
    if (event.event === 'report') return event;
  }
  engine.lost.throwIfAborted();
  throw new Error(`run ${run.id} ended without a report`);
}
