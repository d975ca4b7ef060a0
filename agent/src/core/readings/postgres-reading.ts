import * as z from 'zod';
import type { PostgresReading } from '../../contract/health-report.ts';

/**
 * One statement that reads everything, on a primary and on a standby alike. CASE keeps the functions that refuse to run
 * in recovery from being called there. A standby that has never streamed gets its timeline from the control file.
 */
export const postgresQuery = `
SELECT r AS in_recovery, current_setting('server_version') AS version,
  (CASE WHEN r THEN coalesce(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) ELSE pg_current_wal_lsn() END)::text AS lsn,
  (CASE WHEN r THEN greatest(0, pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())) ELSE 0 END)::text AS lag_bytes,
  (CASE WHEN r THEN coalesce((SELECT received_tli FROM pg_stat_wal_receiver), (SELECT timeline_id FROM pg_control_checkpoint()))
    ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int END)::int AS timeline,
  (SELECT json_build_object('state', status, 'sender', sender_host) FROM pg_stat_wal_receiver) AS receiver,
  (SELECT coalesce(json_agg(json_build_object('name', application_name, 'address', host(client_addr), 'state', state, 'syncState', sync_state,
      'lagBytes', CASE WHEN r THEN NULL ELSE greatest(0, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)) END) ORDER BY application_name), '[]')
    FROM pg_stat_replication WHERE state <> 'backup') AS replicas,
  current_setting('synchronous_standby_names') AS sync_names,
  EXISTS (SELECT 1 FROM pg_settings WHERE pending_restart) AS pending_restart
FROM pg_is_in_recovery() AS r`;

const row = z.object({
  in_recovery: z.boolean(),
  version: z.string(),
  lsn: z.string().nullable(),
  lag_bytes: z.coerce.number().int().nullable(),
  timeline: z.int().nullable(),
  receiver: z.object({ state: z.string(), sender: z.string().nullable() }).nullable(),
  replicas: z.array(
    z.object({ name: z.string(), address: z.string().nullable(), state: z.string(), syncState: z.string(), lagBytes: z.int().nullable() }),
  ),
  sync_names: z.string(),
  pending_restart: z.boolean(),
});

/** The reading from the query's one row. */
export function postgresReading(raw: unknown): PostgresReading {
  const parsed = row.safeParse(raw);
  if (!parsed.success) return postgresDown(`its answer cannot be read: ${z.prettifyError(parsed.error)}`);
  const { in_recovery, lag_bytes, sync_names, pending_restart, ...same } = parsed.data;
  return {
    ...same,
    role: in_recovery ? 'replica' : 'primary',
    reason: null,
    version: same.version.split(' ')[0] ?? same.version,
    lagBytes: lag_bytes,
    syncNames: [...syncNames(sync_names)],
    pendingRestart: pending_restart,
  };
}

/** The reading of a server that does not answer. */
export function postgresDown(reason: string): PostgresReading {
  const nothing = { version: null, timeline: null, lsn: null, lagBytes: null, receiver: null, pendingRestart: null };
  return { role: 'down', reason, ...nothing, replicas: [], syncNames: [] };
}

/** The names in `FIRST 1 (a, "b-c")`, `ANY 1 (a)`, `2 (a, b)`, `a, b` or nothing. */
export function syncNames(setting: string): readonly string[] {
  const inner = /\((.*)\)/s.exec(setting)?.[1] ?? setting;
  const names = inner.match(/"(?:[^"]|"")*"|[^\s,]+/g) ?? [];
  return names.map((name) => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name));
}
