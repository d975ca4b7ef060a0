import { Client } from 'pg';
import type { DatabaseHost, Login } from './system.ts';

/** A row that COMMIT acknowledged: which host took it, when it was sent and acknowledged (milliseconds of this machine's wall clock). */
export type Ack = { readonly id: string; readonly host: string; readonly sentMs: number; readonly ackMs: number };

export type Writer = {
  /** All acknowledged rows so far, by time. */
  acks(): readonly Ack[];
  /** Ends all sessions. */
  stop(): Promise<readonly Ack[]>;
};

/** As fast as acknowledged, with this pause; a server that is not writable is asked again as often. */
const pauseMs = 20;
/** A session that does not answer for so long is given up and opened anew. */
const silenceMs = 1000;

export const rowsTable = 'bench_rows';
export const makeTable = `CREATE TABLE IF NOT EXISTS ${rowsTable} (id text PRIMARY KEY, host text NOT NULL)`;

type Loop = { readonly host: DatabaseHost; readonly login: Login; readonly acks: Ack[]; readonly stopped: () => boolean };

/**
 * Writes one row at a time to every host that takes it: each host has a session of its own that stays open as long as
 * the server lets it, so that an old primary that still acknowledges is seen to do so.
 */
export function startWriter(databases: readonly DatabaseHost[], login: Login, run: string): Writer {
  const acks: Ack[] = [];
  let isStopped = false;
  const loops = databases.map((host) => writeTo({ host, login, acks, stopped: () => isStopped }, run));
  return {
    acks: () => acks,
    async stop() {
      isStopped = true;
      await Promise.all(loops);
      return acks;
    },
  };
}

async function writeTo(loop: Loop, run: string): Promise<void> {
  for (let session = 0; !loop.stopped(); session += 1) {
    const client = new Client({ host: loop.host.address, ...loop.login, connectionTimeoutMillis: silenceMs, query_timeout: silenceMs });
    // The loss of a session ends its next query; without a listener it would end the process.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await writeRows(client, loop, `${run}-${loop.host.name}-${session}`);
    } catch {
      await pause();
    } finally {
      client.end().catch(() => undefined);
    }
  }
}

/** Until the session breaks: rows while the server is a primary, questions while it is a standby. */
async function writeRows(client: Client, { host, acks, stopped }: Loop, session: string): Promise<void> {
  for (let row = 0; !stopped(); row += 1) {
    const { rows } = await client.query<{ recovering: boolean }>('SELECT pg_is_in_recovery() AS recovering');
    if (rows[0]?.recovering === false) {
      const id = `${session}-${row}`;
      const sentMs = now();
      await client.query(`INSERT INTO ${rowsTable} VALUES ($1, $2)`, [id, host.name]);
      acks.push({ id, host: host.name, sentMs, ackMs: now() });
    }
    await pause();
  }
}

export function now(): number {
  return performance.timeOrigin + performance.now();
}

async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, pauseMs));
}
