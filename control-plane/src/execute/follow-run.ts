import type { StoredEvent } from '../core/run-event.ts';
import type { HeldLock } from '../ports/run-lock.ts';
import type { RunRecord } from '../ports/run-store.ts';
import { failOnce } from './fail-once.ts';
import { type LeadDeps, leadRun } from './lead-run.ts';
import { lockLost } from './lost-lock.ts';

export type FollowDeps = LeadDeps & {
  /** Closes what was opened for a run; harmless when nothing was. */
  readonly closeRun: (id: string) => Promise<void>;
  /** Aborts when the queue is gone for good, with an NV_QUEUE error as its reason. */
  readonly lost: AbortSignal;
};

export type Followed = {
  readonly record: RunRecord;
  /** Events up to this one are of an earlier attempt. */
  readonly afterSeq: number;
  readonly lock: HeldLock | null;
  readonly waitLockMs: number;
  /** Stops the run after the steps in hand. */
  readonly signal: AbortSignal;
};

/**
 * Leads the run while its events are read to their end, then gives the locks back; a lost queue lets its own expire. A
 * lost lock ends the run.
 */
export async function* followRun(deps: FollowDeps, { record, afterSeq, lock, waitLockMs, signal }: Followed): AsyncIterable<StoredEvent> {
  const { id, cluster, owner } = record;
  const broken = new AbortController();
  const orBreak = (work: Promise<unknown>) => void work.catch((error) => broken.abort(error));
  const lead = leadRun(deps, record, { waitMs: waitLockMs });
  const unsubscribe = onAbort([
    [signal, () => orBreak(deps.store.append(id, [{ event: 'stop', by: owner }]))],
    [lock?.lost, () => orBreak(failOnce(id, lockLost(cluster), { ...deps, outcome: 'interrupted' }))],
  ]);
  try {
    for await (const event of deps.store.follow(id, afterSeq, AbortSignal.any([deps.lost, broken.signal, lead.failed]))) {
      lead.onEvent(event);
      yield event;
    }
    broken.signal.throwIfAborted();
    lead.failed.throwIfAborted();
  } finally {
    unsubscribe();
    await lead.end();
    if (!deps.lost.aborted) await lock?.release();
    await deps.closeRun(id);
  }
}

/** Calls each handler when its signal aborts, or now if it has; the result takes the handlers away. */
function onAbort(handlers: readonly (readonly [AbortSignal | undefined, () => void])[]): () => void {
  for (const [signal, handler] of handlers) {
    if (signal?.aborted) handler();
    else signal?.addEventListener('abort', handler, { once: true });
  }
  return () => {
    for (const [signal, handler] of handlers) signal?.removeEventListener('abort', handler);
  };
}
