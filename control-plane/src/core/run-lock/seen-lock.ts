import { type RunLockFact, runLockKey } from '../facts/run-lock.ts';
import { type FactsByHost, seen } from '../facts-by-host.ts';
import type { Site } from '../site.ts';
import { lockHosts, majorityOf } from './lock-hosts.ts';

/** `given` = the highest epoch given so far, null when too few lock hosts answered to know; `floor` = the highest a batch had to carry anywhere. */
export type SeenLock = { readonly given: number | null; readonly floor: number };

/** What the facts tell of the cluster's lock. */
export function seenLock(site: Site, facts: FactsByHost): SeenLock {
  const read = seen<RunLockFact>(site, facts, { source: 'run-lock', key: runLockKey });
  const keepers = lockHosts(site);
  const kept = read.filter(({ host }) => keepers.includes(host.name)).map(({ fact }) => fact.promised);
  return {
    given: kept.length < majorityOf(keepers.length) ? null : Math.max(...kept),
    floor: Math.max(0, ...read.map(({ fact }) => fact.seen)),
  };
}
