/**
 * Is this data a prefix of another server's? (R8) Numbers of timelines prove nothing: two servers that were promoted
 * apart both make timeline 2, and pg_rewind finds "no rewind required" between them. A branch is the same only if the
 * same promotion made it.
 */
import type { Lsn } from './lsn.ts';
import type { Branch } from './record.ts';

/** The part of a server's data that a comparison needs. `flushLsn` is null while nobody can tell where its WAL ends. */
export type Wal = { readonly history: readonly Branch[]; readonly flushLsn: Lsn | null };

export type Kinship =
  /** It is on their current timeline: it may stream. */
  | 'same'
  /** It left off before they went to another timeline: it may stream. */
  | 'behind'
  /** It has WAL that they do not have, and they share a history: a rewind mends it. */
  | 'ahead'
  /** The same, but a forced failover made the difference: only an operator may throw it away (R14). */
  | 'kept'
  /** No shared history, or a timeline of its own under a number of theirs, or no proof: only a copy mends it. */
  | 'stranger'
  /** Its end of WAL, or their history, is not known yet. */
  | 'unknown';

export function sameBranch(one: Branch, other: Branch): boolean {
  if (one.timeline !== other.timeline || one.promotionId !== other.promotionId) return false;
  // Timeline 1 is made by initdb, once per system identifier; any other without a promotion's name is no proof.
  return one.promotionId !== null || one.timeline === 1;
}

/** How `mine` stands to a server with this history. */
export function kinship(mine: Wal, theirs: readonly Branch[]): Kinship {
  const current = mine.history.at(-1);
  if (current === undefined || theirs.length === 0) return 'unknown';
  const at = theirs.findIndex((branch) => sameBranch(branch, current));
  if (at < 0) return apart(mine.history, theirs);
  const next = theirs[at + 1];
  if (next === undefined) return 'same';
  if (mine.flushLsn === null) return 'unknown';
  if (mine.flushLsn <= next.forkLsn) return 'behind';
  return next.forced ? 'kept' : 'ahead';
}

/** My current timeline is not one of theirs. */
function apart(mine: readonly Branch[], theirs: readonly Branch[]): Kinship {
  const shared = theirs.findLastIndex((branch) => mine.some((own) => sameBranch(own, branch)));
  if (theirs[shared + 1]?.forced) return 'kept';
  const isTwin = mine.some((own) => theirs.some((branch) => branch.timeline === own.timeline && !sameBranch(branch, own)));
  return shared < 0 || isTwin ? 'stranger' : 'ahead';
}
