/** When a right ends, and when a record may be claimed (R3). */

import type { Memory, Right, Watch } from './memory.ts';
import { after, elapsedForCandidate, elapsedForHolder, type Moment } from './moment.ts';
import type { Timings } from './settings.ts';

/**
 * How long after its send a confirmed write lets PostgreSQL run, by the agent (`agentStopMs`) or by netvis-guard
 * (`guardKillMs`). Candidates count with the record's ttl and this node with its own preset: the shorter one rules,
 * so that a preset that is changed on a live cluster never lets two of them lead.
 */
export function limitMs(timings: Timings, limit: 'agentStopMs' | 'guardKillMs', ttlMs: number): number {
  return Math.floor(Math.min(timings[limit], (timings[limit] * ttlMs) / timings.ttlMs));
}

/** What netvis-guard has to be told after the write that gave this right. */
export function guardDeadline(right: Right, timings: Timings): Moment {
  return after(right.sentAt, limitMs(timings, 'guardKillMs', right.ttlMs));
}

/**
 * Milliseconds until the agent has to have PostgreSQL stopped; not above 0 means that the right is over.
 * A write whose outcome is unknown may have told the candidates a shorter ttl: the earlier end counts (R2).
 */
export function rightLeftMs(memory: Memory, now: Moment, timings: Timings): number {
  const { right, attempt, unresolved } = memory;
  if (right === null) return 0;
  const left = (ttlMs: number, sentAt: Moment) => limitMs(timings, 'agentStopMs', ttlMs) - elapsedForHolder(sentAt, now);
  return Math.min(
    left(right.ttlMs, right.sentAt),
    attempt && attempt.record.ttlMs < right.ttlMs ? left(attempt.record.ttlMs, attempt.sentAt) : Number.POSITIVE_INFINITY,
    unresolved && unresolved.ttlMs < right.ttlMs ? left(unresolved.ttlMs, unresolved.since) : Number.POSITIVE_INFINITY,
  );
}

/**
 * Has this process seen this very revision for `waitMs`? Counted from the arrival of the reply that first showed it;
 * that nothing changed until now is proved by the claim itself, which compares the revision.
 */
export function hasWatched(watch: Watch, now: Moment, waitMs: number): boolean {
  return elapsedForCandidate(watch.since, now) >= waitMs;
}
