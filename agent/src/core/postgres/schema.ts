/** The agent's own schema in the superuser's database: made by the first promotion and replicated from then on. */

const tables = `CREATE SCHEMA IF NOT EXISTS netvis;
CREATE TABLE IF NOT EXISTS netvis.promotion (timeline int PRIMARY KEY, fork_lsn pg_lsn NOT NULL, promotion_id text NOT NULL,
  epoch bigint NOT NULL, forced boolean NOT NULL, promoted_at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE TABLE IF NOT EXISTS netvis.canary (number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS netvis.heartbeat (single boolean PRIMARY KEY DEFAULT true CHECK (single), beat bigint NOT NULL,
  beaten_at timestamptz NOT NULL);
GRANT USAGE ON SCHEMA netvis TO netvis_role;
GRANT SELECT ON netvis.promotion TO netvis_role;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_ls_dir(text, boolean, boolean), pg_catalog.pg_stat_file(text, boolean),
  pg_catalog.pg_read_binary_file(text), pg_catalog.pg_read_binary_file(text, bigint, bigint, boolean) TO netvis_role`;

/**
 * One transaction that makes what is absent, and gives the replication role what the other hosts' agents need to read a
 * lineage and pg_rewind to read files. A role that is absent is made without a
 * password, which lets nobody in: apply gives it one.
 */
export function schemaScript(replicationUser: string): string {
  const role = `"${replicationUser.replaceAll('"', '""')}"`;
  const literal = `'${replicationUser.replaceAll("'", "''")}'`;
  const makeRole = `IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = ${literal}) THEN CREATE ROLE ${role} LOGIN REPLICATION; END IF`;
  return `DO $role$ BEGIN ${makeRole}; END $role$;\n${tables.replaceAll('netvis_role', role)}`;
}

/** Replaces the one row, whatever the session's own `synchronous_commit`: it never waits for a standby (R11). */
export const heartbeatStatement = `INSERT INTO netvis.heartbeat (beat, beaten_at) VALUES (1, clock_timestamp())
  ON CONFLICT (single) DO UPDATE SET beat = heartbeat.beat + 1, beaten_at = clock_timestamp()`;

/** `$1` = the canary's id. Older rows go, but for the latest and those that a canary of another session still holds. */
export const canaryStatement = `WITH sung AS (INSERT INTO netvis.canary (id) VALUES ($1) ON CONFLICT (id) DO NOTHING)
  DELETE FROM netvis.canary WHERE number IN (SELECT number FROM netvis.canary ORDER BY number DESC OFFSET 8 FOR UPDATE SKIP LOCKED)`;

/** `$1…$5` = timeline, fork LSN as text, promotion id, epoch, forced. */
export const promotionStatement = `INSERT INTO netvis.promotion (timeline, fork_lsn, promotion_id, epoch, forced)
  VALUES ($1, $2::pg_lsn, $3, $4, $5) ON CONFLICT (timeline) DO NOTHING`;

/** Every promotion as JSON, oldest first; the LSN in bytes. */
export const promotionsExpression = `(SELECT coalesce(json_agg(json_build_object('timeline', timeline, 'forkLsn', fork_lsn - '0/0'::pg_lsn,
    'promotionId', promotion_id, 'epoch', epoch, 'forced', forced) ORDER BY timeline), '[]') FROM netvis.promotion)`;
