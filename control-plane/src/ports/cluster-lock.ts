import type { LockClaim } from '../core/run-lock/claim.ts';
import type { RemoteHosts } from './remote-host.ts';

/** Where a cluster's lock is kept: on its lock hosts, reached over connections that nothing else uses. */
export type LockPlace = { readonly cluster: string; readonly hosts: readonly string[]; readonly remotes: RemoteHosts };

export type TakeOptions = {
  /** The epoch to be given is above this one. */
  readonly floor: number;
  /** How long to wait for another run to end. */
  readonly waitMs: number;
  /** Told once, of the run that is waited for. */
  readonly onWait: (holder: LockClaim) => void;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
};

export type HeldClusterLock = {
  /** Above every epoch given before, whichever control machine took it. */
  readonly epoch: number;
  /** The highest epoch given before. */
  readonly previous: number;
  /** Whether a dead run held it: batches of that one may still be at work on hosts. */
  readonly broke: boolean;
  /** Aborts when it turns out to be no longer ours, or cannot be renewed in time. */
  readonly lost: AbortSignal;
  /** Gives it back; safe to call twice. A host that cannot be told forgets it by itself. */
  release(): Promise<void>;
};

/** One changing run per cluster at a time, whichever control machines its operators use. It lives on a majority of the lock hosts. */
export type ClusterLock = {
  /**
   * Takes the lock; one whose holder gave no sign of life for 20 s, or that an earlier process of the same run held, is
   * broken. Rejects with NV_LOCKED, which names the holder, with NV_LOCK_HOSTS when no majority of the lock hosts
   * answers, and with the signal's reason.
   */
  acquire(place: LockPlace, claim: LockClaim, options: TakeOptions): Promise<HeldClusterLock>;
};
