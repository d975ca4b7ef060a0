/** Another host of the cluster as its agent answers for it. */
import type { Lsn } from './lsn.ts';
import type { Moment } from './moment.ts';
import type { PostgresView } from './postgres-view.ts';
import type { Branch } from './record.ts';

/** What another host's agent answered when it was asked. */
export type PeerAnswer = {
  /** When the question was sent and the answer arrived, on this node's clocks. */
  readonly askedAt: Moment;
  readonly at: Moment;
  readonly instance: string;
  /** Null when it has no data. */
  readonly server: PeerServer | null;
  /** It knows the record's key to be unresolved by a write of its own, or will not take over for another reason. */
  readonly refuses: string | null;
  /** What is wrong with it, by the causes of `postgres-view.ts`. */
  readonly troubles: readonly string[];
};

export type PeerServer = {
  readonly process: PostgresView['process'];
  readonly inRecovery: boolean | null;
  readonly systemId: string;
  readonly incarnation: string;
  readonly whole: boolean;
  readonly history: readonly Branch[];
  readonly flushLsn: Lsn | null;
  readonly replayLsn: Lsn | null;
  /** The timeline of its last completed checkpoint: a rewind towards it is safe once this is the published one (R8). */
  readonly checkpointTimeline: number | null;
  /** The latest canary row it can read: proof of the stream's end to end (R6). */
  readonly canaryId: string | null;
};
