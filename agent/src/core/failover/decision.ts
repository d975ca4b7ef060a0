/** What `decide` answers: data only; sentences are made where they are shown. */
import type { Intent } from './intent.ts';
import type { Memory } from './memory.ts';

export type Decision = {
  /** The first rule that fired, of any lane. */
  readonly ruleId: string;
  readonly why: Why;
  readonly intents: readonly Intent[];
  readonly memory: Memory;
  /** On CLOCK_MONOTONIC: decide again at the latest then, whatever happens. */
  readonly wakeAtMs: number;
};

export type Why = {
  /** Every rule that fired, in the table's order. */
  readonly rules: readonly string[];
  /** What the node is: see `standing.ts`. */
  readonly saw: Readonly<Record<string, string | number | boolean | null>>;
  /** Why each other node is not the one that leads, by host. */
  readonly others: Readonly<Record<string, Reason>>;
};

export type Reason = { readonly code: string } & Readonly<Record<string, string | number | boolean | null>>;
