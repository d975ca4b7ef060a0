import type { StoredEvent } from '../core/run-event.ts';
import { reasonOf } from '../core/run-lock/claim.ts';
import { lockHosts } from '../core/run-lock/lock-hosts.ts';
import type { Clock } from '../ports/clock.ts';
import type { ClusterLock, HeldClusterLock } from '../ports/cluster-lock.ts';
import type { RunPlan, RunRecord, RunStore } from '../ports/run-store.ts';
import { failOnce } from './fail-once.ts';
import { endOlderBatches, stopBatches } from './fence-hosts.ts';
import { interrupted } from './interrupted.ts';
import { lockLost } from './lost-lock.ts';
import type { Next } from './next.ts';
import { hostsToRead, type RunSite } from './run-site.ts';

export type LeadDeps = {
  readonly store: RunStore;
  readonly clock: Clock;
  readonly clusterLock: ClusterLock;
  /** Names this control machine to those who wait for its runs. */
  readonly machine: string;
  readonly openRun: (id: string, lockEpoch: number) => Promise<RunSite>;
  readonly queue: (run: RunSite, next: Next, clusterEpoch?: number) => Promise<void>;
};

/** Leads one run: takes the cluster's lock when it is wanted and keeps it until `end`, and stops what is at work when a stop comes. */
export type RunLead = {
  /** Takes every event of the run, in order. */
  onEvent(event: StoredEvent): void;
  /** Aborts with what kept it from even ending the run, such as a lost store. */
  readonly failed: AbortSignal;
  /** Waits for what is under way and gives the lock back. */
  end(): Promise<void>;
};

type State = {
  readonly deps: LeadDeps;
  readonly record: RunRecord;
  readonly waitMs: number;
  /** Starts what the end waits for. */
  readonly start: (task: Promise<void>) => void;
  readonly stopping: AbortController;
  held: HeldClusterLock | null;
  /** Hosts of the batches under way. */
  working: readonly string[];
};

export function leadRun(deps: LeadDeps, record: RunRecord, { waitMs }: { waitMs: number }): RunLead {
  const failed = new AbortController();
  const tasks: Promise<unknown>[] = [];
  const start = (task: Promise<void>) => void tasks.push(task.catch((error) => failed.abort(error)));
  const state: State = { deps, record, waitMs, start, stopping: new AbortController(), held: null, working: [] };
  return {
    onEvent(event) {
      if (event.event === 'stage') state.working = event.state === 'start' ? event.hosts : [];
      if (event.event === 'lock' && event.state === 'wanted') start(takeLockOrEnd(state));
      if (event.event === 'stop') start(stop(state));
    },
    failed: failed.signal,
    async end() {
      await Promise.all(tasks);
      await state.held?.release();
    },
  };
}

async function takeLockOrEnd(state: State): Promise<void> {
  const { deps, record, stopping } = state;
  try {
    await takeLock(state);
  } catch (error) {
    const isStop = stopping.signal.aborted && error === stopping.signal.reason;
    await failOnce(record.id, error, { ...deps, ...(isStop ? { outcome: 'interrupted' } : {}) });
  }
}

/** Takes the lock and goes on: with the plan where it is still true, else with a new one. */
async function takeLock(state: State): Promise<void> {
  const { deps, record, stopping } = state;
  const run = await deps.openRun(record.id, record.lockEpoch);
  const { lock: seen } = await deps.store.plan(record.id);
  const held = await acquire(state, run, seen);
  state.held = held;
  const endLost = () => failOnce(record.id, lockLost(record.cluster), { ...deps, outcome: 'interrupted' });
  held.lost.addEventListener('abort', () => state.start(endLost()), { once: true });
  await deps.store.append(record.id, [{ event: 'lock', state: 'held', epoch: held.epoch }]);
  if (held.broke) await Promise.race([endOlderBatches(run, held.epoch), rejection(stopping.signal)]);
  if (!held.broke && held.previous === seen.given) return await deps.queue(run, { kind: 'batch', index: 0 }, held.epoch);
  await deps.store.append(record.id, [{ event: 'phase', phase: 'facts' }]);
  await deps.queue(run, { kind: 'facts', purpose: 'plan', hosts: hostsToRead(run) }, held.epoch);
}

async function acquire({ deps, record, waitMs, stopping }: State, run: RunSite, seen: RunPlan['lock']): Promise<HeldClusterLock> {
  const { store, clusterLock, machine, clock } = deps;
  const { id, owner, cluster } = record;
  const waits: Promise<unknown>[] = [];
  const place = { cluster, hosts: lockHosts(run.site), remotes: run.lockRemotes };
  const claim = { run: id, owner, machine, reason: reasonOf(record), since: clock.nowIso() };
  const held = await clusterLock.acquire(place, claim, {
    floor: seen.floor,
    waitMs,
    signal: stopping.signal,
    onWait: (holder) => void waits.push(store.append(id, [{ event: 'lock', state: 'waiting', holder }])),
  });
  await Promise.all(waits);
  return held;
}

/** Ends the waiting for a lock, or lets the batches at work end after the step in hand; the run's next decision ends it. */
async function stop({ deps, record, stopping, held, working }: State): Promise<void> {
  stopping.abort(interrupted(record));
  if (!held || working.length === 0) return;
  await stopBatches(await deps.openRun(record.id, record.lockEpoch), working, held.epoch);
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(signal.reason);
    if (signal.aborted) fail();
    signal.addEventListener('abort', fail, { once: true });
  });
}
