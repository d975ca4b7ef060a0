/**
 * The cluster's one record and what lies beside it (failover.md R1, R2, R13). Texts are opaque here. Revisions are
 * decimal strings that only grow over the whole store; '0' means that a key is absent. Keys are relative, like `state` or
 * `member/pg1`.
 *
 * Every call resolves within its `budgetMs`: what the network, the store or a certificate did is an outcome with a
 * reason. Only what a programmer got wrong (a budget of 0, a nonce that is not in the text or was the last swap's) throws.
 * An answer of another cluster, or of a store that knows less than it did when the call began, is no answer.
 */
export type LeaseStore = {
  /** Linearizable: shows everything that was confirmed before the call began. It gives no right (R2). */
  read(key: string, budgetMs: number): Promise<ReadOutcome>;
  swap(swap: Swap): Promise<SwapOutcome>;
  /** For keys without authority: a late duplicate of an older put may come to stand over a newer one. */
  put(write: Write): Promise<WriteOutcome>;
  /** Adds to a log under an id of its own and drops the oldest beyond `keep`; the same id again replaces its text. */
  append(entry: LogEntry): Promise<WriteOutcome>;
  /** The newest entries below `<prefix>/`, oldest first by when each key came to be. Linearizable. */
  list(query: ListQuery): Promise<ListOutcome>;
  /** Calls `onHint` soon after something may have changed, until `signal` fires. A hint proves nothing and may never come. */
  watch(onHint: (hint: Hint) => void, signal: AbortSignal): void;
  /** Ends connections; calls under way end as those that get no answer. */
  close(): void;
};

/** The keys that may have changed, with their revisions; null = any, to any. */
export type Hint = ReadonlyMap<string, string> | null;

/** Replaces the text of `key` if its revision still is `expectRevision`. `text` holds `nonce`, which no other swap ever carries. */
export type Swap = {
  readonly key: string;
  readonly expectRevision: string;
  readonly text: string;
  readonly nonce: string;
  readonly budgetMs: number;
};

export type Stored = { readonly text: string | null; readonly revision: string };

/** `revision` is the key's own, `headerRevision` the whole store's when it was read. */
export type ReadOutcome =
  | ({ readonly kind: 'value'; readonly clusterId: string; readonly headerRevision: string } & Stored)
  | { readonly kind: 'unavailable'; readonly reason: string };

export type SwapOutcome =
  /** The text stood at `revision`; `sentAtMs` is when this swap was first sent, on the monotonic clock the store was given. */
  | { readonly kind: 'confirmed'; readonly revision: string; readonly sentAtMs: number }
  /** `current` stands there instead, and no duplicate of this swap can land any more. This text may have stood before it. */
  | { readonly kind: 'lost'; readonly current: Stored }
  /** It may have landed, may land later, or never. */
  | { readonly kind: 'unknown'; readonly reason: string };

export type Write = { readonly key: string; readonly text: string; readonly budgetMs: number };

export type LogEntry = {
  readonly log: string;
  readonly id: string;
  readonly text: string;
  readonly keep: number;
  readonly budgetMs: number;
};

export type WriteOutcome = { readonly kind: 'written'; readonly revision: string } | { readonly kind: 'unknown'; readonly reason: string };

export type ListQuery = { readonly prefix: string; readonly newest: number; readonly budgetMs: number };

/** `key` as `read` takes it. */
export type Listed = { readonly key: string; readonly text: string; readonly revision: string };

export type ListOutcome =
  | { readonly kind: 'entries'; readonly entries: readonly Listed[] }
  | { readonly kind: 'unavailable'; readonly reason: string };
