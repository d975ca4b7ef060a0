/**
 * Which promotions a data directory has gone through (R8). Timeline numbers prove nothing: two servers that are promoted
 * from the same point both make timeline N + 1. So every promotion has a random id, kept as a row of the promoted server,
 * which travels with the data, and in a file beside the data, which can be read while the server is stopped.
 */
import * as z from 'zod';
import type { Lsn } from '../failover/lsn.ts';
import type { Branch } from '../failover/record.ts';
import { readJson } from './json-text.ts';
import type { TimelineStart } from './timeline-history.ts';

/** One promotion: the timeline it made and where that one begins (bytes). */
export const promotion = z.strictObject({
  timeline: z.int().min(2),
  forkLsn: z.int().min(0),
  promotionId: z.string().min(1),
  /** The record's epoch under which it was promoted. */
  epoch: z.int().min(0),
  forced: z.boolean(),
});

/** Written before the server is promoted: whoever finds a promoted server knows by it whose promotion that was. */
const pending = z.strictObject({
  fromTimeline: z.int().min(1),
  promotionId: z.string().min(1),
  epoch: z.int().min(0),
  forced: z.boolean(),
});

const lineageFile = z.strictObject({ promotions: z.array(promotion), pending: pending.nullable() });

export type Promotion = Readonly<z.output<typeof promotion>>;
export type PendingPromotion = Readonly<z.output<typeof pending>>;
export type LineageFile = { readonly promotions: readonly Promotion[]; readonly pending: PendingPromotion | null };

export const noLineage: LineageFile = { promotions: [], pending: null };

/** Reads the lineage file; null (no file) is a server that was never promoted. A file that cannot be read proves nothing. */
export function parseLineage(text: string | null): LineageFile {
  return readJson(lineageFile, text) ?? noLineage;
}

export function printLineage(lineage: LineageFile): string {
  return `${JSON.stringify(lineage)}\n`;
}

/** All promotions of both, oldest first; where both know a timeline, `rows` are right. */
export function mergePromotions(rows: readonly Promotion[], others: readonly Promotion[]): readonly Promotion[] {
  const added = others.filter((other) => rows.every((row) => row.timeline !== other.timeline));
  return [...rows, ...added].sort((one, other) => one.timeline - other.timeline);
}

/** The branches of a server on these timelines; `promotionId` is null where no promotion is known for one: no proof. */
export function branchesOf(starts: readonly TimelineStart[], promotions: readonly Promotion[]): Branch[] {
  return starts.map(({ timeline, forkLsn }) => {
    const known = promotions.find((each) => each.timeline === timeline && each.forkLsn === forkLsn);
    return { timeline, forkLsn, promotionId: known?.promotionId ?? null, forced: known?.forced ?? false };
  });
}

/** A server as far as lineage goes; `flushLsn` null = not known. */
export type Descent = { readonly systemId: string; readonly history: readonly Branch[]; readonly flushLsn: Lsn | null };

/**
 * What a server's data are to those of `source`.
 * `prefix`: the source has all of it; it can stream from there. `diverged`: it has WAL that the source has not, and
 * pg_rewind finds the point; `forced`: the source left it behind by a forced failover, so that WAL may be acknowledged.
 * `foreign`: another lineage, or no proof that it is the same: only a copy helps.
 */
export type Relation =
  | { readonly kind: 'prefix' }
  | { readonly kind: 'diverged'; readonly forced: boolean }
  | { readonly kind: 'foreign'; readonly why: 'another-system' | 'no-proof' | 'same-number' | 'ahead' };

export function relationTo(source: Omit<Descent, 'flushLsn'>, own: Descent): Relation {
  if (own.systemId !== source.systemId) return { kind: 'foreign', why: 'another-system' };
  const shared = own.history.findIndex((branch, index) => !sameBranch(branch, source.history[index]));
  const [ours, theirs] = shared < 0 ? [undefined, source.history[own.history.length]] : [own.history[shared], source.history[shared]];
  if (ours === undefined) return own.history.length === 0 ? { kind: 'foreign', why: 'no-proof' } : endsOnShared(own.flushLsn, theirs);
  if (!isProven(ours) || (theirs && !isProven(theirs))) return { kind: 'foreign', why: 'no-proof' };
  if (theirs === undefined) return { kind: 'foreign', why: 'ahead' };
  const numbers = new Set(source.history.slice(shared).map(({ timeline }) => timeline));
  if (own.history.slice(shared).some(({ timeline }) => numbers.has(timeline))) return { kind: 'foreign', why: 'same-number' };
  return { kind: 'diverged', forced: theirs.forced };
}

/** Of a server whose last timeline is the source's too: `next` is the one on which the source went on. */
function endsOnShared(flushLsn: Lsn | null, next: Branch | undefined): Relation {
  if (next === undefined) return { kind: 'prefix' };
  if (!isProven(next)) return { kind: 'foreign', why: 'no-proof' };
  return flushLsn !== null && flushLsn <= next.forkLsn ? { kind: 'prefix' } : { kind: 'diverged', forced: next.forced };
}

/** Timeline 1 is proven by the system identifier. */
function isProven({ timeline, promotionId }: Branch): boolean {
  return timeline === 1 || promotionId !== null;
}

function sameBranch(one: Branch, other: Branch | undefined): boolean {
  const same = other !== undefined && one.timeline === other.timeline && one.forkLsn === other.forkLsn;
  return same && one.promotionId === other.promotionId && isProven(one);
}
