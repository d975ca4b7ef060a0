import type { SystemFacts } from '../core/host-vars.ts';
import type { Batch } from '../core/plan-order.ts';
import type { RunEvent, RunMode, RunReport, StoredEvent } from '../core/run-event.ts';
import type { SeenLock } from '../core/run-lock/seen-lock.ts';
import type { LiveRoles } from '../core/site.ts';

/** What a run is, without any secret: the inventory's text and the options. */
export type RunRecord = {
  readonly id: string;
  readonly cluster: string;
  readonly mode: RunMode;
  readonly inventoryText: string;
  /** Absolute path of the inventory file, for paths relative to it and for error positions. */
  readonly inventoryPath: string;
  readonly limit?: string;
  readonly tags?: readonly string[];
  readonly forks: number;
  /** Most hosts of a stage served at the same time: a number or a percentage; absent = as the playbook's order says. */
  readonly serial?: string;
  readonly maxFail: number;
  /** Events tell what changes in files. */
  readonly diff?: boolean;
  /** Epoch of the queue's run lock; a job of another epoch is dropped. */
  readonly lockEpoch: number;
  readonly createdAt: string;
  /** When it was last gone on with after an end before its time. */
  readonly resumedAt?: string;
  /** The engine that started the run; absent in records older than engines with names. */
  readonly engine?: string;
  readonly owner: string;
};

/** What is new about a run that is gone on with. */
export type ReopenedFields = Pick<RunRecord, 'lockEpoch' | 'owner'> & Required<Pick<RunRecord, 'engine' | 'resumedAt'>>;

/** What the plan of a run decided, for the jobs that carry it out: no content and no secret. */
export type RunPlan = {
  readonly live: LiveRoles;
  readonly systems: Readonly<Record<string, SystemFacts>>;
  readonly batches: readonly Batch[];
  /** What the facts said of the cluster's lock. */
  readonly lock: SeenLock;
};

/** Runs and their events, kept in Redis. Every method rejects with NV_QUEUE when the store cannot be reached. */
export type RunStore = {
  create(run: RunRecord): Promise<void>;
  /** Rejects with NV_RUN_UNKNOWN. */
  get(id: string): Promise<RunRecord>;
  savePlan(id: string, plan: RunPlan): Promise<void>;
  /** Rejects with NV_RUN_UNKNOWN when the run has no plan yet. */
  plan(id: string): Promise<RunPlan>;
  /** Newest first, at most `count`. */
  list(count: number): Promise<readonly (RunRecord & { report?: RunReport })[]>;
  /** Adds events in one round trip, numbered in order, unless the run has its report; whether it did. */
  append(id: string, events: readonly RunEvent[]): Promise<boolean>;
  /** Opens a run that has its report, or was left without one, to be gone on with; its record from now on. */
  reopen(id: string, changes: ReopenedFields): Promise<RunRecord>;
  /** Whether a `stop` came since the run was created or opened again. */
  isStopping(id: string): Promise<boolean>;
  /** All events so far, in order. */
  events(id: string): Promise<readonly StoredEvent[]>;
  /** Events from `afterSeq` on (0 = all), ending with the report; waits for new ones until the report came or `signal` aborts. */
  follow(id: string, afterSeq: number, signal: AbortSignal): AsyncIterable<StoredEvent>;
  report(id: string): Promise<RunReport | null>;
};
