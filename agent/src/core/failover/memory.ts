/**
 * What a process remembers between decisions. Everything but `durable` dies with the process, and nothing may depend
 * on it for safety: with an empty memory every right is gone and every watch starts anew (R3).
 */

import type { Purpose } from './intent.ts';
import type { Moment } from './moment.ts';
import type { RecordReading, Server, StateRecord } from './record.ts';

export type Memory = {
  readonly durable: Durable;
  /** What the key holds as far as this process knows, and since when it has watched exactly this revision. */
  readonly watch: Watch | null;
  readonly right: Right | null;
  /** The swap in flight. */
  readonly attempt: Attempt | null;
  /** The swaps without a known outcome: any of them may have landed, or may yet (R2). */
  readonly unresolved: Unresolved | null;
  /** The epoch this process gave up by fencing or offering: only `free` and `offer` may be written for it (R5). */
  readonly surrendered: number | null;
  /** Numbers this process's nonces and canaries. */
  readonly counter: number;
};

/** On disk, fsynced by the shell whenever it changed, before the decision's intents are carried out. */
export type Durable = {
  readonly highestEpoch: number;
  readonly highestRevision: number;
  /** The store this node belongs to; answers of another one are not read. */
  readonly clusterId: string | null;
};

export type Watch = { readonly revision: number; readonly since: Moment; readonly found: RecordReading };

/** A confirmed write of this process: the right lasts from its send. */
export type Right = { readonly epoch: number; readonly sentAt: Moment; readonly ttlMs: number };

/** `sentAt` is the decision's own time, which is never later than the send. */
export type Attempt = {
  readonly nonce: string;
  readonly purpose: Purpose;
  readonly sentAt: Moment;
  readonly expectRevision: number;
  readonly record: StateRecord;
};

/** The union of all attempts without a known outcome. */
export type Unresolved = {
  readonly since: Moment;
  /** The smallest of their ttls: a candidate may be counting with it. */
  readonly ttlMs: number;
  readonly purposes: readonly Purpose[];
  /** Every member that any of them would leave in the set. */
  readonly members: readonly Server[];
};

export const freshDurable: Durable = { highestEpoch: 0, highestRevision: 0, clusterId: null };

/** The memory of a process that has just started. */
export function emptyMemory(durable: Durable): Memory {
  return { durable, watch: null, right: null, attempt: null, unresolved: null, surrendered: null, counter: 0 };
}
