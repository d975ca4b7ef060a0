/**
 * What a process remembers between decisions. Everything but `durable` dies with the process, and nothing may depend
 * on it for safety: with an empty memory every right is gone and every watch starts anew (R3).
 */

import type { Purpose } from './intent.ts';
import type { Kinship } from './lineage.ts';
import type { Lsn } from './lsn.ts';
import type { Moment } from './moment.ts';
import type { Cause, Postmaster } from './postgres-view.ts';
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
  /** Since when the lease is held by this process without a server that serves; null while there is one, or no lease. */
  readonly idleSince: Moment | null;
  /** The last promotion asked for. A second one needs a new epoch, because each epoch names one timeline (R10). */
  readonly promotion: { readonly epoch: number; readonly postmaster: Postmaster | null } | null;
  /** The epoch in which clients were let in. */
  readonly admitted: number | null;
  /** Since when a server runs that has not said whether it is in recovery. */
  readonly unclearSince: Moment | null;
  readonly handOver: HandOver | null;
  /** When the members were last asked who takes over. */
  readonly askedAt: Moment | null;
  readonly adding: Adding | null;
  /** Servers, by incarnation, that could not be added, and until when they are left alone (CLOCK_MONOTONIC). */
  readonly resting: Readonly<Record<string, Moment>>;
  /** The members, by incarnation, that lack a commit which waits for them. */
  readonly behind: Readonly<Record<string, Behind>>;
  readonly pause: Sighting | null;
  /** When each request was first seen, by its id. */
  readonly sightings: Readonly<Record<string, Moment>>;
  /** When each request was last asked to be withdrawn, by its id. */
  readonly withdrawn: Readonly<Record<string, Moment>>;
  readonly switching: Switching | null;
  readonly ailment: Ailment | null;
  /** The last kill of a server that was found dead though processes of it lived. */
  readonly cure: { readonly cause: Cause; readonly at: Moment } | null;
  /** How this host's data stood to the published primary's when that could last be told: a stopped server cannot tell. */
  readonly judged: Judgement | null;
  /** How this host's server fares on its way back; null before its first operation. */
  readonly rejoin: Rejoin | null;
};

/**
 * Operations that failed in a row, and whether the data were copied anew since a start succeeded. `countedAt` is when the
 * last operation that is counted here ended.
 */
export type Rejoin = {
  readonly startFailures: number;
  readonly rewindFailures: number;
  readonly isCopied: boolean;
  readonly countedAt: Moment;
};

/** The primary's server has ended while its lease goes on: the members are asked who takes over (R10). */
export type HandOver = { readonly epoch: number; readonly since: Moment };

/** A switchover under way: the request's id and the member that shall take over. */
export type Switching = { readonly id: string; readonly epoch: number; readonly target: string; readonly since: Moment };

/** Probes of one server that failed in a row. `probedAt` is the last of them. */
export type Ailment = { readonly cause: Cause; readonly failures: number; readonly probedAt: Moment };

/** A server on its way into the set (R6). `canaryId` is the row whose return proves it. */
export type Adding = { readonly server: Server; readonly since: Moment; readonly canaryId: string | null };

/** `lsn` is the waiting commit it lacks; null while it is not connected. */
export type Behind = { readonly since: Moment; readonly lsn: Lsn | null };

/** When this process first saw something that is counted from there. */
export type Sighting = { readonly id: string; readonly since: Moment };

export type Judgement = { readonly incarnation: string; readonly promotionId: string; readonly kinship: Kinship };

/** On disk, fsynced by the shell whenever it changed, before the decision's intents are carried out. */
export type Durable = {
  readonly highestEpoch: number;
  readonly highestRevision: number;
  /** The store this node belongs to; answers of another one are not read. */
  readonly clusterId: string | null;
  /** The last request to rebuild this host's data, and what they were before: it is done once they are others. */
  readonly reinit: { readonly id: string; readonly incarnation: string | null } | null;
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
  /** The first and the last of their sends. */
  readonly since: Moment;
  readonly lastAt: Moment;
  /** The smallest of their ttls: a candidate may be counting with it. */
  readonly ttlMs: number;
  readonly purposes: readonly Purpose[];
  /** Every member that any of them would leave in the set. */
  readonly members: readonly Server[];
};

export const freshDurable: Durable = { highestEpoch: 0, highestRevision: 0, clusterId: null, reinit: null };

/** The memory of a process that has just started. */
export function emptyMemory(durable: Durable): Memory {
  return {
    durable,
    watch: null,
    right: null,
    attempt: null,
    unresolved: null,
    surrendered: null,
    counter: 0,
    idleSince: null,
    promotion: null,
    admitted: null,
    unclearSince: null,
    handOver: null,
    askedAt: null,
    adding: null,
    resting: {},
    behind: {},
    pause: null,
    sightings: {},
    withdrawn: {},
    switching: null,
    ailment: null,
    cure: null,
    judged: null,
    rejoin: null,
  };
}
