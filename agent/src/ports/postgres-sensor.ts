import type { PostgresView } from '../core/failover/postgres-view.ts';

/** What this host's PostgreSQL is. */
export type PostgresSensor = {
  /**
   * Looks at the data directory, the processes and, in one round trip over a session it keeps, at the server. Never rejects
   * and answers within its own deadline. Of a server that does not answer in time it repeats what the same postmaster said
   * last; positions can only have grown since.
   */
  read(): Promise<PostgresReading>;
  close(): void;
};

export type PostgresReading = {
  /** Null while not even the files have been read once. */
  readonly view: PostgresView | null;
  /** The latest canary row that the server can read: proof of the stream from end to end (R6). */
  readonly canaryId: string | null;
  /** What could not be read, and why: lines for the operator. */
  readonly reasons: readonly string[];
};

/** Something happened that a decision may wait for; the next reading says what. */
export type PostgresEvent = 'postmaster-gone' | 'canary-changed' | 'probe-ended';
