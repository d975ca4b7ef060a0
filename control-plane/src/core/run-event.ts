import type { Problem } from './errors.ts';
import type { LockClaim } from './run-lock/claim.ts';

export type StepOutcome = 'ok' | 'changed' | 'failed' | 'skipped' | 'aborted';
export type RunMode = 'plan' | 'apply' | 'drift';

/** Counts of one host in one run; `ms` is the wall time spent on it. */
export type HostSummary = { ok: number; changed: number; failed: number; skipped: number; ms: number };

/** The last event of every run. `changed` counts steps over all hosts. */
export type RunReport = {
  readonly run: string;
  readonly mode: RunMode;
  readonly outcome: 'done' | 'failed' | 'refused' | 'interrupted';
  readonly changed: number;
  readonly hosts: Readonly<Record<string, HostSummary>>;
  readonly problems: readonly Problem[];
  readonly ms: number;
};

/** What the engine tells; `diff` is unified text with its secrets masked. CLI, API and run store only render it. */
export type RunEvent =
  | { event: 'run'; run: string; mode: RunMode; cluster: string; hosts: readonly string[] }
  | { event: 'phase'; phase: 'facts' | 'plan' | 'apply' | 'verify' }
  | { event: 'host'; host: string; state: 'facts' | 'unreachable'; ms: number; problem?: Problem }
  /** Steps of a host that need nothing, counted: a no-op run has one of these per host. */
  | { event: 'unchanged'; host: string; steps: number }
  | { event: 'stage'; stage: string; state: 'start' | 'done' | 'failed'; hosts: readonly string[] }
  | {
      event: 'step';
      host: string;
      stage: string;
      step: string;
      outcome: StepOutcome;
      summary: string;
      ms?: number;
      problem?: Problem;
      diff?: string;
    }
  /** What a step of an apply is about to change in a file. */
  | { event: 'diff'; host: string; stage: string; step: string; diff: string }
  /** The cluster's lock: needed for the first change, held by another run, ours. */
  | { event: 'lock'; state: 'wanted' | 'waiting' | 'held'; holder?: LockClaim; epoch?: number }
  /** The run is to end after the steps in hand. */
  | { event: 'stop'; by: string }
  /** A finding about the run as a whole or a host, such as a failed preflight check. */
  | { event: 'problem'; host?: string; problem: Problem }
  | ({ event: 'report' } & RunReport);

/** An event as stored: `seq` counts from 1 within the run, `at` is ISO 8601. */
export type StoredEvent = RunEvent & { readonly seq: number; readonly at: string };
