/** One database host of a test: a real server's place with the agent's adapter on it. */
import { openPostgres } from '../../agent/src/adapters/postgres/open-postgres.ts';
import type { PostgresPlace } from '../../agent/src/adapters/postgres/place.ts';
import { findPostmaster, serverProcesses, signalProcess } from '../../agent/src/adapters/postgres/processes.ts';
import { openSession, ownServer, type Row, type Session } from '../../agent/src/adapters/postgres/session.ts';
import type { Interrupt } from '../../agent/src/adapters/postgres/steps.ts';
import type { PostgresView } from '../../agent/src/core/failover/postgres-view.ts';
import type { PostgresControl } from '../../agent/src/ports/postgres-control.ts';
import type { PostgresEvent, PostgresReading, PostgresSensor } from '../../agent/src/ports/postgres-sensor.ts';
import { eventually } from './eventually.ts';
import { looseProcess } from './postgres-place.ts';

type Matches = (view: PostgresView, reading: PostgresReading) => boolean;

export class PostgresNode {
  readonly place: PostgresPlace;
  readonly events: PostgresEvent[] = [];
  control: PostgresControl;
  sensor: PostgresSensor;
  readonly #sessions: Session[] = [];

  constructor(place: PostgresPlace) {
    this.place = place;
    ({ control: this.control, sensor: this.sensor } = this.#open());
  }

  /** The agent's process dies and the next one starts; `interrupt` ends that one in mid-verb. */
  reopen(interrupt?: Interrupt): void {
    this.sensor.close();
    this.events.length = 0;
    ({ control: this.control, sensor: this.sensor } = this.#open(interrupt));
  }

  #open(interrupt?: Interrupt) {
    const now = () => ({ monotonicMs: performance.now(), boottimeMs: performance.now() });
    const patienceMs = { reading: 5_000, server: 500, probe: 1_000 };
    const onEvent = (event: PostgresEvent) => this.events.push(event);
    const process = looseProcess(this.place);
    return openPostgres(this.place, { process, now, onEvent, patienceMs, probeRestMs: 50, ...(interrupt ? { interrupt } : {}) });
  }

  async view(): Promise<PostgresView> {
    return this.see(() => true);
  }

  /** The view once it is as wanted. */
  see(matches: Matches): Promise<PostgresView> {
    return eventually<PostgresView>(async () => {
      const reading = await this.sensor.read();
      return reading.view && matches(reading.view, reading) ? { found: reading.view } : { missing: reading };
    });
  }

  /** Rows of one statement, as superuser in a session of its own. */
  async sql(statement: string): Promise<readonly Row[]> {
    const session = await this.session();
    const rows = await session.query(statement);
    session.end();
    return rows;
  }

  /** A superuser's session that stays open; it waits for no standby unless told to. */
  async session(settings: Readonly<Record<string, string>> = {}): Promise<Session> {
    const ordinary = { search_path: 'public', synchronous_commit: 'local' };
    const session = await openSession(ownServer(this.place, 'test', { ...ordinary, ...settings }));
    this.#sessions.push(session);
    return session;
  }

  /** A session over TCP, as a client has it. */
  async clientSession(user: string, password?: string): Promise<Session> {
    const { port, database } = this.place;
    const session = await openSession({ host: '127.0.0.1', port, user, password, database });
    this.#sessions.push(session);
    return session;
  }

  /** Every process of the server. */
  processes(): Promise<readonly number[]> {
    return serverProcesses(this.place);
  }

  async postmasterPid(): Promise<number> {
    const postmaster = await findPostmaster(this.place);
    if (postmaster === null) throw new Error(`${this.place.host} has no server`);
    return postmaster.pid;
  }

  /** Ends the server and every session. */
  async end(): Promise<void> {
    this.sensor.close();
    const postmaster = await findPostmaster(this.place);
    // An immediate stop gives the server's shared memory back; what does not follow is killed.
    for (const signal of ['SIGQUIT', 'SIGCONT'] as const) if (postmaster) signalProcess(postmaster.pid, signal);
    await eventually(() => this.#ended(), 2_000).catch(async () => {
      for (const pid of await serverProcesses(this.place)) signalProcess(pid, 'SIGKILL');
      await eventually(() => this.#ended());
    });
    for (const session of this.#sessions.splice(0)) session.end();
  }

  async #ended() {
    const left = await serverProcesses(this.place);
    return left.length === 0 ? { found: true } : { missing: `an end of ${left.join(' ')}` };
  }
}
