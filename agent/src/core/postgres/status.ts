/** One statement that reads everything a decision needs of the running server, on a primary and on a standby alike. */
import * as z from 'zod';
import { promotion } from './lineage.ts';
import { promotionsExpression } from './schema.ts';
import type { SlotPlace } from './slots.ts';

const lsn = (expression: string) => `(${expression} - '0/0'::pg_lsn)::text`;
const list = (row: string, from: string) => `(SELECT coalesce(json_agg(json_build_object(${row})), '[]') FROM ${from})`;

/**
 * CASE keeps the functions that refuse to run in recovery from being called there. The agent's schema, which a new cluster
 * does not have yet, is read only with `withSchema`; the answer says whether it is there. LSNs are in bytes.
 */
export function statusQuery(withSchema: boolean): string {
  return `
SELECT r AS in_recovery, (SELECT system_identifier::text FROM pg_control_system()) AS system_id,
  ${lsn('CASE WHEN r THEN greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) ELSE pg_current_wal_flush_lsn() END')} AS flush_lsn,
  ${lsn('CASE WHEN r THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END')} AS replay_lsn,
  CASE WHEN NOT r THEN ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int END AS written_timeline,
  (SELECT json_build_object('status', status, 'address', sender_host, 'port', sender_port, 'timeline', received_tli)
    FROM pg_stat_wal_receiver) AS receiver,
  (SELECT timeline_id FROM pg_control_checkpoint()) AS checkpoint_timeline,
  (SELECT min_recovery_end_timeline FROM pg_control_recovery()) AS recovery_timeline,
  EXISTS (SELECT 1 FROM pg_stat_activity WHERE backend_type = 'checkpointer'
    AND coalesce(wait_event, '') NOT IN ('CheckpointerMain', 'CheckpointWriteDelay')) AS checkpointing,
  current_setting('primary_conninfo') AS conninfo,
  (SELECT json_build_object('value', setting, 'file', sourcefile) FROM pg_settings WHERE name = 'synchronous_standby_names') AS sync_names,
  ${list("'pid', pid, 'name', application_name, 'address', host(client_addr), 'state', state, 'listed', sync_priority > 0, 'flushLsn', flush_lsn - '0/0'::pg_lsn, 'replayLsn', replay_lsn - '0/0'::pg_lsn", "pg_stat_replication WHERE state <> 'backup'")} AS walsenders,
  ${list("'name', slot_name, 'active', active, 'activePid', active_pid, 'restartLsn', restart_lsn - '0/0'::pg_lsn, 'lost', wal_status = 'lost'", "pg_replication_slots WHERE slot_type = 'physical'")} AS slots,
  ${list("'pid', pid, 'transaction', coalesce(backend_xid::text, query_start::text, '')", "pg_stat_activity WHERE wait_event = 'SyncRep'")} AS waiters,
  to_regclass('netvis.promotion') IS NOT NULL AS has_schema,
  ${withSchema ? promotionsExpression : "'[]'::json"} AS promotions,
  ${withSchema ? '(SELECT id FROM netvis.canary ORDER BY number DESC LIMIT 1)' : 'NULL'} AS canary_id
FROM pg_is_in_recovery() AS r`;
}

const bytes = z.int().min(0);
const textBytes = z.string().regex(/^\d+$/).transform(Number).nullable();

const walsender = z.object({
  pid: z.int(),
  name: z.string(),
  address: z.string().nullable(),
  state: z.string(),
  listed: z.boolean(),
  flushLsn: bytes.nullable(),
  replayLsn: bytes.nullable(),
});

const slot = z.object({
  name: z.string(),
  active: z.boolean(),
  activePid: z.int().nullable(),
  restartLsn: bytes.nullable(),
  lost: z
    .boolean()
    .nullable()
    .transform((lost) => lost === true),
});

const statusRow = z.object({
  in_recovery: z.boolean(),
  system_id: z.string(),
  flush_lsn: textBytes,
  replay_lsn: textBytes,
  written_timeline: z.int().nullable(),
  receiver: z
    .object({ status: z.string(), address: z.string().nullable(), port: z.int().nullable(), timeline: z.int().nullable() })
    .nullable(),
  checkpoint_timeline: z.int(),
  recovery_timeline: z.int().nullable(),
  checkpointing: z.boolean(),
  conninfo: z.string(),
  sync_names: z.object({ value: z.string(), file: z.string().nullable() }),
  walsenders: z.array(walsender),
  slots: z.array(slot),
  waiters: z.array(z.object({ pid: z.int(), transaction: z.string() })),
  has_schema: z.boolean(),
  promotions: z.array(promotion),
  canary_id: z.string().nullable(),
});

/** The answer to `statusQuery`. LSNs are bytes; a walsender's are null until its standby has reported. */
export type ServerStatus = z.output<typeof statusRow>;

/** Throws a ZodError on an answer of another shape: statement and schema are of one version. */
export function parseStatus(row: unknown): ServerStatus {
  return statusRow.parse(row);
}

/** The highest timeline that the server's data have reached for certain: its number in the WAL, a row, or the control file. */
export function timelineOf(status: ServerStatus): number {
  const { written_timeline, receiver, checkpoint_timeline, recovery_timeline, promotions } = status;
  const replayed = promotions.map(({ timeline }) => timeline);
  return Math.max(checkpoint_timeline, written_timeline ?? 0, receiver?.timeline ?? 0, recovery_timeline ?? 0, ...replayed);
}

export function slotPlaceOf({ slots, in_recovery, replay_lsn }: ServerStatus): SlotPlace {
  return { slots, inRecovery: in_recovery, replayLsn: replay_lsn };
}
