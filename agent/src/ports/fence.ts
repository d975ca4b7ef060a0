import type { Moment } from '../core/failover/moment.ts';
import type { Postmaster } from '../core/failover/postgres-view.ts';

/**
 * netvis-guard, which kills this host's PostgreSQL at a deadline whatever becomes of this process (failover.md R5). Calls
 * never reject and end within `budgetMs`. A call without an answer may have been heard or may be heard later; guards keep
 * the order of calls, so a later call settles it.
 */
export type Fence = {
  /**
   * From an `ok` on, the server is killed at the deadline, by whichever of its two clocks comes first. Told again for the
   * same epoch, the newest deadline counts, later or earlier.
   */
  arm(deadline: ArmedDeadline, budgetMs: number): Promise<FenceAnswer>;
  /** Takes the deadline of `epoch` back; refused as `busy` while the server's unit holds a process. */
  withdraw(epoch: number, budgetMs: number): Promise<FenceAnswer>;
  state(budgetMs: number): Promise<FenceAnswer>;
};

/** Both ends of the right, each counted on its own clock of this host from before the send of the write that gave it. */
export type ArmedDeadline = { readonly epoch: number; readonly deadline: Moment; readonly postmaster: Postmaster | null };

export type FenceAnswer =
  | { readonly kind: 'ok'; readonly state: FenceState }
  | { readonly kind: 'refused'; readonly code: FenceRefusal; readonly state: FenceState }
  | { readonly kind: 'unreachable'; readonly reason: string };

/**
 * `stale` spoken before a command that was heard already · `future` spoken later than now · `older-epoch` than the one known ·
 * `fenced` already, in this epoch · `expired` it has passed · `too-far` more than a minute away · `busy` the server still
 * lives · `unwritable` a new guard would not know · `malformed` not understood
 */
export type FenceRefusal = 'stale' | 'future' | 'older-epoch' | 'fenced' | 'expired' | 'too-far' | 'busy' | 'unwritable' | 'malformed';

/**
 * `idle` nothing was ever armed in this boot · `armed` it will kill · `withdrawn` it was armed · `fenced` it has killed, and
 * only a greater epoch arms it again. The other fields are what it was told last: numbers exactly as they were given.
 */
export type FenceState = {
  readonly kind: 'idle' | 'armed' | 'withdrawn' | 'fenced';
  readonly epoch: number;
  readonly deadline: Moment;
  readonly postmaster: Postmaster | null;
  readonly bootId: string;
  /** The server's unit is there to be killed. */
  readonly canKill: boolean;
};
