/**
 * What a decision asks the shell to do: single primitives, each safe to ask for again. An intent of a busy lane is
 * never given; the shell starts each at once, in the order given, after `memory.durable` was fsynced.
 */
import type { Moment } from './moment.ts';
import type { StateRecord } from './record.ts';
import type { Lane, ShownRole } from './view.ts';

export type Intent = StoreIntent | PostgresIntent | CanaryIntent | PeersIntent | InstantIntent;

/** Why a record is written; with the nonce it is what a history needs to tell the writes apart. */
export type Purpose =
  | 'found'
  | 'claim'
  | 'adopt'
  | 'publish'
  | 'renew'
  | 'add-member'
  | 'remove-member'
  | 'offer'
  | 'free'
  | 'pause'
  | 'resume';

export type StoreIntent =
  | { readonly kind: 'read-state' }
  /** Write `record` if the key's mod_revision is still `expectRevision`; hedged, within the request budget. */
  | { readonly kind: 'swap'; readonly purpose: Purpose; readonly expectRevision: number; readonly record: StateRecord };

export type PostgresIntent =
  /** In an empty directory, R12 alone. New incarnation; leaves the server stopped. */
  | { readonly kind: 'initdb' }
  /** Shuts the gate, sets the placeholder and starts in recovery (standby.signal), whatever the server was before. */
  | { readonly kind: 'start-standby'; readonly follow: string | null }
  /** Points a running standby at a host, or at nobody. */
  | { readonly kind: 'follow'; readonly host: string | null }
  /** Promotes without waiting; the first row and a file carry `promotionId`, `epoch` and `forced`. */
  | { readonly kind: 'promote'; readonly promotionId: string; readonly epoch: number; readonly forced: boolean }
  | { readonly kind: 'set-sync-names'; readonly names: 'placeholder' | readonly string[] }
  | { readonly kind: 'checkpoint' }
  /** Ends with every process of the unit gone; after `deadlineMs` a fast stop becomes immediate. */
  | { readonly kind: 'stop'; readonly mode: 'fast' | 'immediate'; readonly deadlineMs: number }
  /** Of a stopped server towards the published primary. New incarnation; marked half-made until it ended. */
  | { readonly kind: 'rewind'; readonly from: string }
  /** A fresh copy in place of a stopped server's data. New incarnation; marked half-made until it ended. */
  | { readonly kind: 'rebuild'; readonly from: string }
  | { readonly kind: 'ensure-slots'; readonly hosts: readonly string[] }
  | { readonly kind: 'open-gate' }
  | { readonly kind: 'shut-gate' };

/** Commits the agent's own row `id` with `synchronous_commit=on` in a session of its own. */
export type CanaryIntent = { readonly kind: 'canary'; readonly id: string };

/** Asks these hosts' agents what `PeerAnswer` holds; ends when all answered or after `budgetMs`. */
export type PeersIntent = { readonly kind: 'ask-peers'; readonly hosts: readonly string[]; readonly budgetMs: number };

/** Past every lane, done when dispatched. */
export type InstantIntent =
  /** Kills every process of PostgreSQL's unit (cgroup.kill), lowers the address and the role. */
  | { readonly kind: 'fence-now' }
  /** Tells netvis-guard its deadline and writes the lease file. */
  | { readonly kind: 'arm'; readonly epoch: number; readonly deadline: Moment }
  | { readonly kind: 'disarm' }
  /** Whether this host should have the data address (keepalived's file). */
  | { readonly kind: 'address'; readonly raised: boolean }
  /** Removes a request that was carried out or is void; done at the store's leisure, and asked for again if it stays. */
  | { readonly kind: 'withdraw-request'; readonly id: string }
  /** What load balancers and health checks are told. */
  | { readonly kind: 'role-file'; readonly role: ShownRole };

/** The lane an intent runs in; null for those that are done when dispatched. */
export function laneOf(intent: Intent): Lane | null {
  switch (intent.kind) {
    case 'read-state':
    case 'swap':
      return 'store';
    case 'canary':
      return 'canary';
    case 'ask-peers':
      return 'peers';
    case 'fence-now':
    case 'arm':
    case 'disarm':
    case 'address':
    case 'role-file':
    case 'withdraw-request':
      return null;
    default:
      return 'postgres';
  }
}
