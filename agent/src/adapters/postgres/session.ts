import { Client, type ClientConfig, DatabaseError } from 'pg';
import { by, type Deadline } from './deadline.ts';
import type { PostgresPlace } from './place.ts';

/** A session ended before its answer came. */
export class LostSessionError extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
    this.name = 'LostSessionError';
  }
}

export type Row = Readonly<Record<string, unknown>>;

/** One connection to a server. Statements may not overlap. */
export type Session = {
  readonly backendPid: number;
  /** The rows of a single statement, none of a script. Rejects with a DatabaseError the server answered, or a LostSessionError. */
  query(statement: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  end(): void;
};

export type SessionEvents = {
  /** It ended, whoever ended it. */
  readonly lost?: () => void;
  /** A WARNING of the server. */
  readonly warning?: (message: string) => void;
};

/** Connects without a deadline of its own: wrap it in `by`. Rejects as `query` does, and with the system's errors. */
export async function openSession(config: ClientConfig, events: SessionEvents = {}): Promise<Session> {
  const client = new Client({ ...config, keepAlive: true });
  client.on('error', () => events.lost?.());
  client.on('end', () => events.lost?.());
  client.on('notice', (notice) => notice.severity === 'WARNING' && events.warning?.(notice.message ?? ''));
  const query = (statement: string, values: readonly unknown[] = []) =>
    client.query(statement, [...values]).then((result) => (Array.isArray(result) ? [] : (result.rows as readonly Row[])), rethrow);
  const end = () => {
    client.connection.stream.destroy();
  };
  try {
    await client.connect().catch(rethrow);
    const [row] = await query('SELECT pg_backend_pid() AS pid');
    return { backendPid: Number(row?.pid), query, end };
  } catch (error) {
    end();
    throw error;
  }
}

/** pg's own errors about a broken connection carry no code; the server's and the system's do. */
function rethrow(error: Error): never {
  if (error instanceof DatabaseError || typeof (error as NodeJS.ErrnoException).code === 'string') throw error;
  throw new LostSessionError(error);
}

/** How the agent connects to this host's own server: as superuser over the unix socket. `settings` are the session's own. */
export function ownServer(place: PostgresPlace, purpose: string, settings: Readonly<Record<string, string>> = {}): ClientConfig {
  const { socketDirectory: host, port, superuser: user, database } = place;
  const options = Object.entries({ search_path: 'pg_catalog', ...settings }).map(([name, value]) => `-c ${name}=${value}`);
  return { host, port, user, database, application_name: `netvis-agent ${purpose}`, options: options.join(' ') };
}

/** A session that is opened when it is needed, kept, and thrown away once it is late or lost. Statements queue. */
export type HeldSession = {
  query(deadline: Deadline, statement: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  end(): void;
};

export function heldSession(config: ClientConfig): HeldSession {
  let opened: Promise<Session> | null = null;
  let last: Promise<unknown> = Promise.resolve();
  const forget = (session: Promise<Session>) => {
    if (opened === session) opened = null;
  };
  const open = () => {
    const session: Promise<Session> = openSession(config, { lost: () => forget(session) });
    session.catch(() => forget(session));
    return session;
  };
  const end = () => {
    // One that could not be opened has nothing to end.
    void opened?.then((session) => session.end()).catch(() => undefined);
    opened = null;
  };
  const run = async (statement: string, values: readonly unknown[]) => {
    opened ??= open();
    return (await opened).query(statement, values);
  };
  const query = async (deadline: Deadline, statement: string, values: readonly unknown[] = []) => {
    const answer = last.then(() => run(statement, values));
    // Whether it failed is for whoever asked; the next statement only has to come after it.
    last = answer.catch(() => undefined);
    return by(deadline, 'an answer of the server', answer).catch((error) => {
      if (!(error instanceof DatabaseError)) end();
      throw error;
    });
  };
  return { query, end };
}
