/** What the routes work on: narrow interfaces in words of the domain, given by compose.ts and by fakes in tests. */
import type { HealthReport } from '@netvis/agent/contract/health-report';
import type { RunMode, StoredEvent } from '../core/run-event.ts';
import type { Status } from '../core/status/status.ts';
import type { Authenticator } from '../ports/authenticator.ts';
import type { RunView } from './schemas/run.ts';

export type StartRequest = {
  /** The name of a known inventory, or an inventory's text. */
  readonly inventory: string | { readonly text: string };
  readonly mode: RunMode;
  readonly limit?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Hosts of a stage served at the same time: a number, or a percentage as text. */
  readonly serial?: number | string | undefined;
  readonly owner: string;
  /** Two requests with the same key start one run. */
  readonly idempotencyKey?: string | undefined;
};

export type RunService = {
  /**
   * Starts a run, or finds the one that the same key started (`replayed`). Rejects with every problem of the inventory
   * (NV_INVENTORY_…, NV_TOPOLOGY), NV_LOCKED, NV_KEY_REUSED (same key, other request) or NV_KEY_BUSY (still starting).
   */
  start(request: StartRequest): Promise<{ readonly id: string; readonly replayed: boolean }>;
  /** Goes on with an apply that ended before its time. Rejects with NV_RUN_UNKNOWN, NV_RUN_ENDED, NV_USAGE or NV_LOCKED. */
  resume(id: string, owner: string): Promise<void>;
  /** Has a run end after the steps in hand. Rejects with NV_RUN_UNKNOWN or NV_RUN_ENDED. */
  cancel(id: string, owner: string): Promise<void>;
  /** Newest first, at most `count`. */
  list(count: number): Promise<readonly RunView[]>;
  /** Rejects with NV_RUN_UNKNOWN. */
  get(id: string): Promise<RunView>;
  /** Events after `afterSeq` until the report or until `signal` aborts; null when the report lies before. Rejects with NV_RUN_UNKNOWN. */
  follow(id: string, afterSeq: number, signal: AbortSignal): Promise<AsyncIterable<StoredEvent> | null>;
};

export type ClusterService = {
  /** Rejects with NV_NOT_FOUND for a cluster nobody knows. */
  status(cluster: string): Promise<Status>;
  /** Takes an agent's report. Rejects with NV_NOT_FOUND when the cluster has no such host. */
  report(report: HealthReport): Promise<void>;
};

export type ApiServices = {
  readonly runs: RunService;
  readonly clusters: ClusterService;
  readonly authenticator: Authenticator;
  /** What keeps the service from working, each as one sentence; empty = ready. Never rejects. */
  readonly impediments: () => Promise<readonly string[]>;
};
