import type { LockClaim } from '../core/run-lock/claim.ts';

export type HeldLock = {
  /** Grows with every acquisition of the cluster's lock. */
  readonly epoch: number;
  /** Aborts when the lock turns out to be no longer ours; what it allowed must stop. */
  readonly lost: AbortSignal;
  /** Gives the lock back; safe to call twice. */
  release(): Promise<void>;
};

/** One changing run per cluster at a time among all who share a queue. */
export type RunLock = {
  /** Rejects with NV_LOCKED, naming the owner, while another live run holds it after `waitMs`. */
  acquire(cluster: string, claim: LockClaim & { waitMs: number }): Promise<HeldLock>;
  /** Whether the lock is held, and by the acquisition with this epoch. */
  isHeld(cluster: string, epoch: number): Promise<boolean>;
};
