/** Commits that wait for a standby. PostgreSQL shows who waits, not for which position. */
import type { Lsn } from '../failover/lsn.ts';

/** One wait: a backend and the transaction it commits. */
export type Waiter = { readonly pid: number; readonly transaction: string };

/** When a wait was first seen, its commit lay at or before the flushed end of the WAL: that is its bound. */
export type Waits = ReadonlyMap<string, Lsn>;

/** The waits after a reading: known ones keep their bound, new ones get `flushLsn`, ended ones are gone. */
export function trackWaits(before: Waits, waiters: readonly Waiter[], flushLsn: Lsn): Waits {
  return new Map(waiters.map(keyOf).map((key) => [key, before.get(key) ?? flushLsn]));
}

/** An upper bound of the oldest waiting commit: a standby that has flushed up to it has released that wait. */
export function oldestWait(waits: Waits): Lsn | null {
  return waits.size === 0 ? null : Math.min(...waits.values());
}

function keyOf({ pid, transaction }: Waiter): string {
  return `${pid} ${transaction}`;
}
