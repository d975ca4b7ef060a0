/**
 * What the agent does to this host's PostgreSQL: one verb per intent of the lanes `postgres` and `canary`, and the kill.
 * Every verb asks first what is done already and what is still allowed, then acts, then verifies what came of it; so each
 * may be asked for again, also after a process that died between any two of its lines. Each ends within a deadline of its
 * own, and what PostgreSQL, the disk or another host did is an outcome: only a programmer's mistake throws.
 */
export type PostgresControl = {
  /** Makes the first data directory of a cluster, with checksums and a new incarnation. The server stays stopped (R12). */
  initdb(): Promise<Outcome>;
  /**
   * Starts the server in recovery, whatever it was before, with the placeholder list and a shut gate, and ends when it
   * answers. A start that takes longer goes on; the next call waits again. Does not touch a running server.
   */
  startStandby(follow: string | null): Promise<Outcome>;
  /** Points the running standby at another host (null = at nobody), which must hold all of its WAL (R8). */
  follow(host: string | null): Promise<Outcome>;
  /** Promotes the standby and writes the promotion's identity into the data directory and as its first row (R4). */
  promote(promotion: PromotionOrder): Promise<Outcome>;
  /** Done when the server's sessions run with the list. Whether commits wait for it is the canary's to tell (R6). */
  setSyncNames(names: 'placeholder' | readonly string[]): Promise<Outcome>;
  /** Done when the control file has reached the current timeline. */
  checkpoint(): Promise<Outcome>;
  /** Done when no process of the server lives; a fast stop that takes longer than `deadlineMs` becomes immediate. */
  stop(stop: StopOrder): Promise<Outcome>;
  /** Kills every process of the server at once, past whatever else is in flight (R5). */
  kill(): Promise<Outcome>;
  /** Rewinds the stopped server's data to where `from`, a primary after its checkpoint, left them (R8). New incarnation. */
  rewind(from: string): Promise<Outcome>;
  /**
   * Replaces the stopped server's data by a copy of the primary `from`; the old ones serve until the copy is whole. Data
   * that may hold acknowledged rows which `from` does not have are kept aside (R14).
   */
  rebuild(from: string): Promise<Outcome>;
  /** Gives each of `hosts` a usable replication slot and drops those of hosts that are no longer named. */
  ensureSlots(hosts: readonly string[]): Promise<Outcome>;
  openGate(): Promise<Outcome>;
  /** Keeps newcomers out. It ends nobody's session: a backend that waits for a standby is never terminated (R15). */
  shutGate(): Promise<Outcome>;
  /** Commits the row `id` with `synchronous_commit=on`; ends when it has returned, however long that takes (R6). */
  canary(id: string): Promise<Outcome>;
};

export type PromotionOrder = { readonly promotionId: string; readonly epoch: number; readonly forced: boolean };

export type StopOrder = { readonly mode: 'fast' | 'immediate'; readonly deadlineMs: number };

export type Outcome =
  | { readonly kind: 'done' }
  /** Not allowed as things stand; nothing was changed. */
  | { readonly kind: 'refused'; readonly reason: Refusal }
  /** Tried, and something did not work: `reason` is a line for the operator. */
  | { readonly kind: 'failed'; readonly reason: string }
  /** The deadline passed; what was begun may still come to its end. */
  | { readonly kind: 'timeout'; readonly waitedFor: string };

export type Refusal =
  /** What the server is. */
  | 'not-running'
  | 'running'
  | 'in-recovery'
  | 'out-of-recovery'
  /** What the data are. */
  | 'no-data'
  | 'half-made'
  | 'has-data'
  /** The list was something else than the placeholder since the start. */
  | 'list-was-changed'
  /** The server left recovery by a promotion that this agent did not order. */
  | 'promoted-by-another'
  /** The other host's server. */
  | 'unknown-host'
  | 'source-is-no-primary'
  | 'source-unproven'
  | 'diverged'
  | 'foreign'
  | 'forced-divergence'
  /** A copy that may hold acknowledged rows is kept already; an operator has to look at it first. */
  | 'kept-copy-in-the-way'
  | 'another-canary';
