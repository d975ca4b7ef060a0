import { Client } from 'pg';
import type { DatabaseHost, Login, Roles } from './system.ts';

type Answer = { readonly recovering: boolean; readonly standbys: readonly { readonly address: string; readonly sync: string }[] };

const question = `SELECT pg_is_in_recovery() AS recovering,
  (SELECT coalesce(json_agg(json_build_object('address', host(client_addr), 'sync', sync_state)), '[]')
   FROM pg_stat_replication WHERE state = 'streaming') AS standbys`;

/** Who is who, asked of the servers as a superuser; of two primaries none is named. */
export async function askRoles(databases: readonly DatabaseHost[], login: Login): Promise<Roles> {
  const answers = await Promise.all(databases.map(async (host) => ({ host, answer: await askOne(host, login) })));
  const primaries = answers.filter(({ answer }) => answer && !answer.recovering);
  const [found] = primaries;
  if (!found?.answer || primaries.length > 1) return { primary: null, protectedBy: [] };
  const synchronous = found.answer.standbys.filter(({ sync }) => sync === 'sync' || sync === 'quorum').map(({ address }) => address);
  return {
    primary: found.host.name,
    protectedBy: databases.filter(({ address }) => synchronous.includes(address)).map(({ name }) => name),
  };
}

/** Null = the server does not answer, whatever the reason: it plays no role then. */
async function askOne({ address }: DatabaseHost, login: Login): Promise<Answer | null> {
  const client = new Client({ host: address, ...login, connectionTimeoutMillis: 1000, query_timeout: 1000 });
  // A server that dies while it is asked has no role; without a listener the loss would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Answer>(question)).rows[0] ?? null;
  } catch {
    return null;
  } finally {
    client.end().catch(() => undefined);
  }
}
