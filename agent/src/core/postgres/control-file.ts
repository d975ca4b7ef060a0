import { type Lsn, parseLsn } from '../failover/lsn.ts';

/** What the control file of a data directory says. */
export type ControlFile = {
  readonly systemId: string;
  /** `pg_rewind` takes the directory as it is; otherwise it lets the server recover first. */
  readonly cleanlyStopped: boolean;
  /** The highest timeline that the data are known to have reached. */
  readonly timeline: number;
  /** The timeline of the last completed checkpoint. */
  readonly checkpointTimeline: number;
  /** The end of the WAL that a cleanly stopped server, or one that must still recover, has for certain. */
  readonly reachedLsn: Lsn;
  /** Settings that a server which starts in recovery on these data must not have lower, or it refuses. */
  readonly limits: Readonly<Record<string, number>>;
};

/** The names of the settings, by how pg_controldata calls them. */
const limitNames: Readonly<Record<string, string>> = {
  'max_connections setting': 'max_connections',
  'max_worker_processes setting': 'max_worker_processes',
  'max_wal_senders setting': 'max_wal_senders',
  'max_prepared_xacts setting': 'max_prepared_transactions',
  'max_locks_per_xact setting': 'max_locks_per_transaction',
};

const cleanStates = new Set(['shut down', 'shut down in recovery']);

/** Reads what `pg_controldata` prints with LC_ALL=C; null where that is not the whole of it. */
export function parseControlFile(output: string): ControlFile | null {
  const values = new Map(output.split('\n').map((line) => [line.split(':')[0] ?? '', line.slice(line.indexOf(':') + 1).trim()]));
  const number = (name: string) => Number(values.get(name) ?? Number.NaN);
  const lsn = (name: string) => parseLsn(values.get(name) ?? '') ?? Number.NaN;
  const systemId = values.get('Database system identifier') ?? '';
  const checkpointTimeline = number("Latest checkpoint's TimeLineID");
  const timeline = Math.max(checkpointTimeline, number("Min recovery ending loc's timeline"));
  const reachedLsn = Math.max(lsn('Latest checkpoint location'), lsn('Minimum recovery ending location'));
  if (!/^\d+$/.test(systemId) || Number.isNaN(timeline) || Number.isNaN(reachedLsn)) return null;
  const cleanlyStopped = cleanStates.has(values.get('Database cluster state') ?? '');
  const limits = Object.fromEntries(Object.entries(limitNames).map(([called, name]) => [name, number(called)]));
  return { systemId, cleanlyStopped, timeline, checkpointTimeline, reachedLsn, limits };
}
