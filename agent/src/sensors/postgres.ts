import { Client } from 'pg';
import type { PostgresConfig } from '../contract/agent-config.ts';
import type { PostgresReading } from '../contract/health-report.ts';
import { postgresDown, postgresQuery, postgresReading } from '../core/readings/postgres-reading.ts';
import { within } from './deadline.ts';

const deadlineMs = 800;

/**
 * Reads the server over a session it keeps. A session that ends or does not answer in time is thrown away, and the next
 * call opens a new one.
 */
export function postgresSensor(config: PostgresConfig): { read(): Promise<PostgresReading>; close(): Promise<void> } {
  let session: Client | null = null;
  const drop = async () => {
    const old = session;
    session = null;
    // A session that broke has nothing left to end.
    await old?.end().catch(() => undefined);
  };
  return {
    async read() {
      const row = await within(deadlineMs, async () => {
        session ??= await openSession(config, () => void drop());
        return (await session.query(postgresQuery)).rows[0];
      });
      if (row.known) return postgresReading(row.value);
      void drop();
      return postgresDown(row.reason);
    },
    close: drop,
  };
}

async function openSession(config: PostgresConfig, lost: () => void): Promise<Client> {
  const { user, database, port, socketDirectory: host } = config;
  const timeouts = { connectionTimeoutMillis: deadlineMs, query_timeout: deadlineMs, statement_timeout: deadlineMs };
  const client = new Client({ host, port, user, database, application_name: 'netvis-agent', ...timeouts });
  client.on('error', lost);
  await client.connect();
  return client;
}
