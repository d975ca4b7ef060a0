import { Pool } from 'pg';

/** Taken while tables are made, so that two servers starting at once do not race. Any number, the same everywhere. */
const schemaLock = 7_213_011;

const schema = `
CREATE TABLE IF NOT EXISTS visits (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, host text NOT NULL, at timestamptz NOT NULL DEFAULT now());
CREATE TABLE IF NOT EXISTS items (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, at timestamptz NOT NULL DEFAULT now());`;

const whoAnswered = 'host(inet_server_addr()) AS server, NOT pg_is_in_recovery() AS "isPrimary"';

export type Server = { readonly server: string; readonly isPrimary: boolean };
export type Item = { readonly id: string; readonly name: string; readonly at: string };

/**
 * The application's use of PostgreSQL. Waiting is short: after a failover a session to the old primary fails soon, is
 * thrown away by the pool, and the next request connects to whoever holds the address then.
 */
export function openDatabase(connectionString: string) {
  const pool = new Pool({
    connectionString,
    max: 10,
    connectionTimeoutMillis: 1500,
    query_timeout: 3000,
    idleTimeoutMillis: 10_000,
    keepAlive: true,
  });
  pool.on('error', () => undefined);
  const tables = once(() => createTables(pool));
  const one = async <T>(sql: string, values: readonly unknown[] = []): Promise<T> => (await pool.query(sql, [...values])).rows[0];
  return {
    reach: () => one<Server>(`SELECT ${whoAnswered}`),
    /** Inserts a visit and counts all, the new one included. */
    async visit(host: string): Promise<Server & { readonly rows: number }> {
      await tables();
      const insert = 'WITH new AS (INSERT INTO visits (host) VALUES ($1) RETURNING id)';
      const count = '((SELECT count(*) FROM visits) + (SELECT count(*) FROM new))::int AS rows';
      return one(`${insert} SELECT ${whoAnswered}, ${count}`, [host]);
    },
    async addItem(name: string): Promise<Item> {
      await tables();
      return one('INSERT INTO items (name) VALUES ($1) RETURNING id, name, at', [name]);
    },
    async items(): Promise<readonly Item[]> {
      await tables();
      return (await pool.query('SELECT id, name, at FROM items ORDER BY id DESC LIMIT 100')).rows;
    },
    close: () => pool.end(),
  };
}

export type Database = ReturnType<typeof openDatabase>;

async function createTables(pool: Pool): Promise<void> {
  await pool.query(`BEGIN; SELECT pg_advisory_xact_lock(${schemaLock}); ${schema} COMMIT`);
}

/** Runs until it has succeeded once. */
function once(run: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => {
    done ??= run().catch((error: unknown) => {
      done = null;
      throw error;
    });
    return done;
  };
}
