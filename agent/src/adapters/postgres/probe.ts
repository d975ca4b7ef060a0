import { DatabaseError } from 'pg';
import type { Moment } from '../../core/failover/moment.ts';
import type { Cause, Probe } from '../../core/failover/postgres-view.ts';
import { causeOf } from '../../core/postgres/cause.ts';
import { heartbeatStatement } from '../../core/postgres/schema.ts';
import { probeDisk } from './disk.ts';
import type { PostgresPlace } from './place.ts';
import { openSession, ownServer, type Session } from './session.ts';
import { SingleFlight } from './single-flight.ts';

export type ProbeOptions = {
  readonly now: () => Moment;
  /** What takes longer is a hang. */
  readonly patienceMs: number;
  /** Between two probes. */
  readonly restMs: number;
  readonly ended: () => void;
};

/** The server that is probed: `writes` out of recovery, with the agent's schema at hand. */
export type Probed = { readonly postmaster: string; readonly writes: boolean };

/** The probes of R11: a heartbeat in a session that is kept, a new connection, and a file on the server's disk. */
export class Prober {
  readonly #place: PostgresPlace;
  readonly #options: ProbeOptions;
  readonly #server: SingleFlight<Cause | null>;
  readonly #disk: SingleFlight<Cause | null>;
  #writer: Session | null = null;

  constructor(place: PostgresPlace, options: ProbeOptions) {
    this.#place = place;
    this.#options = options;
    this.#server = new SingleFlight(options.now, options.ended);
    this.#disk = new SingleFlight(options.now, options.ended);
  }

  /** What the last probes came to, without waiting; begins the next ones. Null = no server to probe. */
  look(probed: Probed | null): { readonly probe: Probe; readonly diskWritable: boolean } {
    const { restMs } = this.#options;
    this.#disk.begin('disk', restMs, () => probeDisk(this.#place).then((code) => (code === null ? null : causeOf(code))));
    const disk = this.#outcome(this.#disk, 'disk');
    const diskWritable = (disk?.cause ?? null) === null;
    if (probed === null) return { probe: null, diskWritable };
    this.#server.begin(probed.postmaster, restMs, () => this.#probeServer(probed));
    const server = this.#outcome(this.#server, probed.postmaster);
    return { probe: server && { at: server.at, cause: disk?.cause ?? server.cause }, diskWritable };
  }

  end(): void {
    this.#writer?.end();
  }

  #outcome(flight: SingleFlight<Cause | null>, subject: string): Probe {
    const { now, patienceMs } = this.#options;
    if (flight.pendingMs() > patienceMs) return { at: now(), cause: 'hung' };
    const last = flight.last(subject);
    return last && { at: last.at, cause: last.value };
  }

  async #probeServer({ writes }: Probed): Promise<Cause | null> {
    const causes = await Promise.all([this.#beat(writes ? heartbeatStatement : 'SELECT'), this.#connect()]);
    return causes.find((cause) => cause !== null) ?? null;
  }

  /** On a session that is kept: one of those that PostgreSQL reserves for superusers, whatever the clients do. */
  async #beat(statement: string): Promise<Cause | null> {
    try {
      this.#writer ??= await this.#open('heartbeat');
      await this.#writer.query(statement);
      return null;
    } catch (error) {
      if (!(error instanceof DatabaseError)) this.#writer = null;
      return causeOfError(error);
    }
  }

  async #connect(): Promise<Cause | null> {
    try {
      (await this.#open('connect')).end();
      return null;
    } catch (error) {
      return causeOfError(error);
    }
  }

  #open(purpose: string): Promise<Session> {
    const lost = () => {
      if (purpose === 'heartbeat') this.#writer = null;
    };
    return openSession(ownServer(this.#place, purpose, { synchronous_commit: 'local' }), { lost });
  }
}

function causeOfError(error: unknown): Cause | null {
  return causeOf((error as { readonly code?: string }).code);
}
