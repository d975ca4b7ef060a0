/**
 * The `state` record (R1): the one key that says who leads and whose data count. Every change is one compare-and-swap
 * of this key, so whoever lost the lease can no longer change the sync set.
 */
import * as z from 'zod';
import { parseJson } from '../parse-json.ts';
import { formatLsn, parseLsn } from './lsn.ts';

/** The version this agent reads and writes; a record of another version is unreadable, never guessed at. */
const protocol = 1;

const server = z.strictObject({ host: z.string().min(1), incarnation: z.string().min(1) });
const lsn = z.codec(z.string(), z.int().min(0), { decode: decodeLsn, encode: formatLsn });

/** One timeline: where it left its parent and which promotion made it. Numbers alone prove nothing (R8). */
const branch = z.strictObject({
  timeline: z.int().min(1),
  /** Where this timeline begins, which is where it left its parent; 0 for timeline 1. */
  forkLsn: lsn,
  /** Random per promotion; null only for timeline 1, which initdb made (its identity is the system identifier). */
  promotionId: z.string().min(1).nullable(),
  /** Made by a forced failover: data that diverge from it are kept, never rewound by themselves (R14). */
  forced: z.boolean(),
});

const record = z.strictObject({
  protocol: z.literal(protocol),
  /** PostgreSQL's system identifier; null until the first server was made (R12). */
  systemId: z.string().min(1).nullable(),
  /** Grows with every claim, acceptance and restart in place. */
  epoch: z.int().min(0),
  /** Who leads, or to whom the lease is offered; null when it is free. `instance` is null in an offer. */
  holder: z.strictObject({ host: z.string().min(1), instance: z.string().min(1).nullable() }).nullable(),
  phase: z.enum(['held', 'offered', 'free']),
  /** Fresh in every attempt to write; tells an agent its own writes. */
  nonce: z.string().min(1),
  /** The right's length that every reader has to use, whatever its own preset says. */
  ttlMs: z.int().min(1),
  /** The last server that may have acknowledged. Before the first server exists its incarnation is `pending`. */
  primary: server,
  /** The servers beside `primary` that hold every acknowledged commit. */
  members: z.array(server),
  /** The timeline the published primary writes; null before the first promotion. */
  lineage: branch.nullable(),
  /** The epoch in which `primary` and `lineage` were published: below `epoch` means "claimed, not yet published". */
  publishedEpoch: z.int().min(0),
  /** No server with less flushed WAL than this can be one of `primary` and `members`. */
  syncedLsn: lsn,
  /** Claims, hand-over and switchover are forbidden for so long, counted by every node from its first sight of the id. */
  pause: z.strictObject({ id: z.string().min(1), durationMs: z.int().min(1) }).nullable(),
  /** The epoch was claimed by an operator's forced failover: what it promotes may lack acknowledged commits (R14). */
  forced: z.boolean(),
  /** The operator's last request that was carried out: it runs once. */
  requestId: z.string().min(1).nullable(),
});

export type Server = z.output<typeof server>;
export type Branch = Readonly<z.output<typeof branch>>;
export type StateRecord = Readonly<z.output<typeof record>>;

/** What lies at the key. An unreadable record forbids every promotion (R12). */
export type RecordReading =
  | { readonly kind: 'record'; readonly record: StateRecord }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Reads the key's text; null is a key that does not exist. Never throws. */
export function parseRecord(text: string | null): RecordReading {
  if (text === null) return { kind: 'absent' };
  const json = parseJson(text);
  const parsed = record.safeParse(json);
  return parsed.success ? { kind: 'record', record: parsed.data } : { kind: 'unreadable', reason: z.prettifyError(parsed.error) };
}

/** The key's text. */
export function printRecord(state: StateRecord): string {
  return JSON.stringify(z.encode(record, state));
}

/**
 * The record `apply` creates if absent (R12): only `host` may run initdb, and nothing else follows from it.
 * `nonce` is random; `ttlMs` is the preset's.
 */
export function foundingRecord(founder: { host: string; nonce: string; ttlMs: number }): StateRecord {
  const { host, nonce, ttlMs } = founder;
  const nothing = { members: [], lineage: null, publishedEpoch: 0, syncedLsn: 0, pause: null, forced: false, requestId: null };
  return {
    protocol,
    systemId: null,
    epoch: 0,
    holder: null,
    phase: 'free',
    nonce,
    ttlMs,
    primary: { host, incarnation: 'pending' },
    ...nothing,
  };
}

export function sameServer(one: Server, other: Server): boolean {
  return one.host === other.host && one.incarnation === other.incarnation;
}

/** `primary` and the members: every server that holds all acknowledged commits. */
export function eligibleServers(state: StateRecord): readonly Server[] {
  return [state.primary, ...state.members];
}

function decodeLsn(text: string, context: z.core.ParsePayload): number {
  const value = parseLsn(text);
  if (value !== null) return value;
  context.issues.push({ code: 'custom', message: 'no LSN', input: text });
  return z.NEVER;
}
