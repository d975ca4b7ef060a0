/** The records this node may write, each as one swap (R1). */
import type { Intent, Purpose } from './intent.ts';
import { limitMs } from './lease-deadline.ts';
import type { Memory } from './memory.ts';
import type { Server, StateRecord } from './record.ts';
import type { Situation } from './situation.ts';

/** What a rule does: intents, and what is remembered of them. */
export type Step = { readonly intents: readonly Intent[]; readonly memory?: Partial<Memory> };

export const nothing: Step = { intents: [] };

/** One compare-and-swap of the record as this process knows it. The attempt is remembered before it is sent (R2). */
export function swap(situation: Situation, purpose: Purpose, change: Partial<StateRecord>): Step {
  const { record, memory, view, now } = situation;
  if (record === null || memory.watch === null) return nothing;
  const counter = memory.counter + 1;
  const next: StateRecord = { ...record, ttlMs: ttlFor(situation, record), ...change, nonce: `${view.self.instance}.${counter}` };
  const expectRevision = memory.watch.revision;
  const attempt = { nonce: next.nonce, purpose, sentAt: now, expectRevision, record: next };
  return { intents: [{ kind: 'swap', purpose, expectRevision, record: next }], memory: { attempt, counter } };
}

/** The record claimed for this process: a new epoch, everything else as it was (R4). */
export function claimed({ view, timings }: Situation, record: StateRecord): Partial<StateRecord> {
  const { host, instance } = view.self;
  return { epoch: record.epoch + 1, holder: { host, instance }, phase: 'held', ttlMs: timings.ttlMs, forced: false };
}

/** The lease given back: any eligible node may claim it at once. */
export const freed: Partial<StateRecord> = { holder: null, phase: 'free' };

export function withoutMembers(record: StateRecord, gone: readonly Server[]): Partial<StateRecord> {
  return { members: record.members.filter((member) => !gone.includes(member)) };
}

/**
 * The preset's ttl, unless that is shorter than the record's and netvis-guard would let PostgreSQL live for longer than
 * the shorter one allows: candidates would count with a ttl that this node's fence does not keep (R3).
 */
function ttlFor({ view, timings, now }: Situation, record: StateRecord): number {
  if (timings.ttlMs >= record.ttlMs) return timings.ttlMs;
  const { armed } = view.fence;
  const limit = limitMs(timings, 'guardKillMs', timings.ttlMs);
  const isKept =
    armed !== null && armed.deadline.monotonicMs - now.monotonicMs <= limit && armed.deadline.boottimeMs - now.boottimeMs <= limit;
  return isKept ? timings.ttlMs : record.ttlMs;
}
