/** This host's PostgreSQL as the sensors see it. */
import type { Lsn } from './lsn.ts';
import type { Moment } from './moment.ts';
import type { Branch } from './record.ts';

/** A postmaster's identity: its pid with the kernel's start time of it. */
export type Postmaster = { readonly pid: number; readonly startTime: number };

export type PostgresView = {
  /** `none`: the unit is empty, no process of it lives. `running`: it accepts the agent's session, or did before it hung. */
  readonly process: 'none' | 'starting' | 'running' | 'stopping';
  readonly postmaster: Postmaster | null;
  readonly data: DataView;
  /** Null while nobody can tell. Out of recovery means: it may accept writes. */
  readonly inRecovery: boolean | null;
  /** End of the flushed WAL (received and flushed, in recovery); null while nobody can tell. */
  readonly flushLsn: Lsn | null;
  readonly replayLsn: Lsn | null;
  /** The host `primary_conninfo` names; null when the standby is told to follow nobody. */
  readonly following: string | null;
  readonly receiver: { readonly host: string; readonly status: string } | null;
  readonly sync: SyncView;
  readonly walsenders: readonly Walsender[];
  /** Hosts that have a usable replication slot here. */
  readonly slots: readonly string[];
  readonly canary: Canary | null;
  /** The latest canary row that this server can read, as primary or standby: proof of the stream from end to end (R6). */
  readonly canaryRow: string | null;
  /** The oldest commit that waits for a standby; null when none waits. */
  readonly oldestWaitingLsn: Lsn | null;
  /**
   * `timeline` is the one of the last completed checkpoint; `running` = one at full speed, during which the checkpointer
   * adopts no changed list of standbys. One that takes its time looks at the list between its writes.
   */
  readonly checkpoint: { readonly timeline: number | null; readonly running: boolean };
  /** pg_hba lets clients in, or only the agent and replication. */
  readonly gate: 'open' | 'shut';
  readonly probe: Probe;
  readonly diskWritable: boolean;
};

export type DataView = {
  /** `half-made`: an initdb, basebackup or rewind that did not end; its marker refuses promotion. */
  readonly state: 'empty' | 'whole' | 'half-made';
  readonly systemId: string | null;
  /** Random, in the data directory, new with every initdb, basebackup and rewind. */
  readonly incarnation: string | null;
  /** The timelines of this data, oldest first; the last one is the current one. */
  readonly history: readonly Branch[];
  /** The highest epoch this database has seen promoted (0 for a fresh one). */
  readonly epoch: number;
};

export type SyncView = {
  /**
   * The names the server runs with: the placeholder (`netvis_placeholder`, which is no standby's, so every commit waits),
   * nobody, or these incarnations (`FIRST n` over all n).
   */
  readonly names: 'placeholder' | readonly string[];
  /** They have been the placeholder, and never anything else, since the server started (R4). */
  readonly placeholderSinceStart: boolean;
};

/** A connected standby; `incarnation` is its application_name. */
export type Walsender = {
  readonly host: string;
  readonly incarnation: string;
  readonly streaming: boolean;
  /** By its walsender's own copy of the list it is synchronous, whatever the server shows (`sync_priority`). */
  readonly listed: boolean;
  readonly flushLsn: Lsn;
  readonly replayLsn: Lsn;
};

/**
 * The agent's own row, committed with `synchronous_commit=on`. `waiting` is seen in the backend's wait event, not
 * assumed. `warned`: it returned with a WARNING, so nothing released it.
 */
export type Canary = {
  readonly id: string;
  readonly lsn: Lsn | null;
  readonly state: 'running' | 'waiting' | 'returned';
  readonly warned: boolean;
};

/** Why a server does not serve (R11). */
export type Cause = 'hung' | 'no-connection' | 'disk-full' | 'read-only' | 'io-error';

/** The last completed probe: a heartbeat with `synchronous_commit=local`, and a new connection, both bounded. */
export type Probe = { readonly at: Moment; readonly cause: Cause | null } | null;
