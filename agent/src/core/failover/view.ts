/**
 * Everything a decision may depend on, at one instant. The shell fills it from sensors; no field is remembered by
 * `decide` itself (that is `memory.ts`). Between a decision and the next view every intent of it has been dispatched.
 */
import type { Moment } from './moment.ts';
import type { PeerAnswer } from './peer.ts';
import type { PostgresView, Postmaster } from './postgres-view.ts';
import type { RecordReading } from './record.ts';
import type { Request } from './request.ts';
import type { Settings } from './settings.ts';

export type View = {
  readonly now: Moment;
  readonly self: Self;
  readonly settings: Settings;
  readonly store: StoreView;
  readonly fence: FenceView;
  readonly leaseFile: LeaseFile | null;
  readonly postgres: PostgresView;
  /** The last answer of every other host that ever answered this process. */
  readonly peers: Readonly<Record<string, PeerAnswer>>;
  /** What operators ask for and nobody withdrew, oldest first; without authority. */
  readonly requests: readonly Request[];
  readonly lanes: Readonly<Record<Lane, LaneView>>;
  /** What the host shows to others now. */
  readonly shown: { readonly address: boolean; readonly role: ShownRole };
};

/** `standby` streams from the published primary. */
export type ShownRole = 'primary' | 'standby' | 'none';

/** `instance` is random per agent process, `bootId` the kernel's. */
export type Self = { readonly host: string; readonly instance: string; readonly bootId: string };

/** At most one operation is in flight in a lane; `fence-now` goes past all of them. */
export type Lane = 'store' | 'postgres' | 'canary' | 'peers';

export type LaneView = {
  /** The operation in flight: the intent's kind, and when it was dispatched. */
  readonly busy: { readonly kind: string; readonly since: Moment } | null;
  /** The operation that ended last. The store's outcomes stand in `StoreView` instead. */
  readonly last: { readonly kind: string; readonly at: Moment; readonly failure: string | null } | null;
};

export type StoreView = {
  /** The store's identity as its answers say it; null before the first answer. */
  readonly clusterId: string | null;
  /** The latest reply to a read or a watch: when it arrived, the key's mod_revision (0 = absent) and what lies there. */
  readonly read: { readonly at: Moment; readonly revision: number; readonly found: RecordReading } | null;
  /** The outcome of the swap that ended last. */
  readonly result: { readonly nonce: string; readonly outcome: SwapOutcome } | null;
};

/**
 * `confirmed`: written, at this revision. `lost`: the compare failed, and this was found instead (it may carry the
 * attempt's own nonce when a duplicate of the request was the winner: then the port says `confirmed`).
 * `unknown`: no answer within the budget, or one that proves nothing: the write may still land at any later time.
 */
export type SwapOutcome =
  | { readonly kind: 'confirmed'; readonly revision: number }
  | { readonly kind: 'lost'; readonly revision: number; readonly found: RecordReading }
  | { readonly kind: 'unknown' };

/** netvis-guard as it answers: what is armed, and whether it has killed since the server was started last. */
export type FenceView = {
  readonly reachable: boolean;
  readonly armed: { readonly epoch: number; readonly deadline: Moment } | null;
};

/** `/run/netvis/lease`, written with every arming: what a new process may adopt a running primary by (R3). */
export type LeaseFile = {
  readonly bootId: string;
  readonly epoch: number;
  readonly deadline: Moment;
  readonly postmaster: Postmaster;
};
