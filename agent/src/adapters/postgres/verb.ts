import type { Outcome } from '../../ports/postgres-control.ts';
import type { ServerProcess } from '../../ports/server-process.ts';
import { type DataState, readState } from './data-directory.ts';
import type { Deadline } from './deadline.ts';
import type { LineageBook } from './lineage-book.ts';
import type { PostgresPlace } from './place.ts';
import { findPostmaster, serverProcesses } from './processes.ts';
import type { HeldSession } from './session.ts';
import { type Interrupt, refused } from './steps.ts';

/** What every verb works with. */
export type VerbParts = {
  readonly place: PostgresPlace;
  readonly process: ServerProcess;
  /** The superuser session that verbs share. */
  readonly control: HeldSession;
  readonly lineage: LineageBook;
  /** A new server's random identity: lower-case, because PostgreSQL compares standbys' names without case. */
  newIncarnation(): string;
  readonly interrupt: Interrupt;
};

/** How long each verb may take, in ms. Copies take as long as the data are large. */
export const budgetsMs = {
  start: 10_000,
  follow: 3_000,
  promote: 10_000,
  names: 3_000,
  canarySession: 3_000,
  checkpoint: 600_000,
  kill: 1_000,
  slots: 5_000,
  gate: 3_000,
  initdb: 120_000,
  rewind: 3_600_000,
  rebuild: 86_400_000,
} as const;

/** The data must be whole; anything else ends the verb. */
export async function requireWhole({ place }: VerbParts): Promise<Outcome | undefined> {
  const refusals: Readonly<Record<DataState, Outcome | undefined>> = {
    whole: undefined,
    empty: refused('no-data'),
    'half-made': refused('half-made'),
  };
  return refusals[await readState(place)];
}

/** No process of the server may live, orphans included. */
export async function requireStopped({ place }: VerbParts): Promise<Outcome | undefined> {
  return (await serverProcesses(place)).length > 0 ? refused('running') : undefined;
}

/** A live postmaster that accepts sessions. */
export async function requireRunning({ place }: VerbParts): Promise<Outcome | undefined> {
  return (await findPostmaster(place))?.status === 'ready' ? undefined : refused('not-running');
}

/** The one row of a statement on the shared session. */
export async function askOne(parts: VerbParts, deadline: Deadline, statement: string): Promise<Readonly<Record<string, unknown>>> {
  const [row] = await parts.control.query(deadline, statement);
  return row ?? {};
}

export async function isInRecovery(parts: VerbParts, deadline: Deadline): Promise<boolean> {
  return (await askOne(parts, deadline, 'SELECT pg_is_in_recovery() AS yes')).yes === true;
}
