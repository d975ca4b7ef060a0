import * as z from 'zod';
import { argv, concat, type RemoteCommand, raw } from '../remote-command.ts';
import type { FactSource } from './fact-source.ts';

/** Debian's place for the programs of PostgreSQL 15. */
export const postgresPrograms = '/usr/lib/postgresql/15/bin';
/** Superuser's table in the database `postgres`: the hash of the password each role was given, and of the verifier it became. */
export const rolePasswords = 'netvis.role_password';

const role = z.object({
  name: z.string(),
  login: z.boolean(),
  replication: z.boolean(),
  superuser: z.boolean(),
  createdb: z.boolean(),
  createrole: z.boolean(),
  /** SHA-256 of the stored verifier; null = no password. */
  verifierSha256: z.string().nullable(),
});

const rolePassword = z.object({ role: z.string(), passwordSha256: z.string(), verifierSha256: z.string() });

const live = z.object({
  inRecovery: z.boolean(),
  timeline: z.number().nullable(),
  /** `primary_conninfo` without secrets: the host and port a standby follows. */
  upstream: z.string().nullable(),
  receiver: z.string().nullable(),
  synchronousStandbyNames: z.string(),
  replicas: z.array(z.object({ name: z.string(), address: z.string().nullable(), state: z.string(), syncState: z.string() })),
  roles: z.array(role),
  databases: z.array(z.object({ name: z.string(), owner: z.string() })),
  pendingRestart: z.array(z.string()),
  /** Settings in force by which a standby must not be below its primary: a restart would fail. */
  limits: z.record(z.string(), z.number()),
});

/** What a server that answers says of itself. */
export type PostgresLive = z.output<typeof live>;
export type RolePassword = z.output<typeof rolePassword>;
export type PostgresRole = z.output<typeof role>;

export type PostgresFact = {
  /** `absent` = no data directory; `unfinished` = something is there that is no data directory. */
  readonly data: 'absent' | 'unfinished' | 'initialised';
  readonly standbySignal: boolean;
  readonly systemId: string | null;
  /** Of the last checkpoint; `live.timeline` is newer where it is known. */
  readonly timeline: number | null;
  /** The postmaster is alive. */
  readonly running: boolean;
  /** Null = no server, or one that does not answer; `silence` tells why. */
  readonly live: PostgresLive | null;
  readonly silence: string | null;
  /** What was set as passwords, see `rolePasswords`. */
  readonly passwords: readonly RolePassword[];
};

const query = `SELECT json_build_object(
'inRecovery', pg_is_in_recovery(),
'timeline', CASE WHEN pg_is_in_recovery() THEN (SELECT max(received_tli) FROM pg_stat_wal_receiver) ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int END,
'upstream', substring(current_setting('primary_conninfo') from 'host=''?([^ '']+)'),
'receiver', (SELECT status FROM pg_stat_wal_receiver LIMIT 1),
'synchronousStandbyNames', current_setting('synchronous_standby_names'),
'replicas', (SELECT coalesce(json_agg(json_build_object('name', application_name, 'address', host(client_addr), 'state', state, 'syncState', sync_state) ORDER BY application_name), '[]') FROM pg_stat_replication),
'roles', (SELECT coalesce(json_agg(json_build_object('name', rolname, 'login', rolcanlogin, 'replication', rolreplication, 'superuser', rolsuper, 'createdb', rolcreatedb, 'createrole', rolcreaterole, 'verifierSha256', encode(sha256(convert_to(rolpassword, 'UTF8')), 'hex')) ORDER BY rolname), '[]') FROM pg_authid WHERE rolname !~ '^pg_'),
'databases', (SELECT coalesce(json_agg(json_build_object('name', datname, 'owner', pg_get_userbyid(datdba)) ORDER BY datname), '[]') FROM pg_database WHERE NOT datistemplate),
'pendingRestart', (SELECT coalesce(json_agg(name ORDER BY name), '[]') FROM pg_settings WHERE pending_restart),
'limits', (SELECT json_object_agg(name, setting::int ORDER BY name) FROM pg_settings WHERE name IN ('max_connections', 'max_wal_senders', 'max_worker_processes', 'max_prepared_transactions', 'max_locks_per_transaction'))
);
SELECT to_regclass('${rolePasswords}') IS NOT NULL AS "has_passwords" \\gset
\\if :has_passwords
SELECT coalesce(json_agg(json_build_object('role', role, 'passwordSha256', password_sha256, 'verifierSha256', verifier_sha256)), '[]') FROM ${rolePasswords};
\\endif
`;

/** Keys are data directories, values what is known of each and its server. Port and socket come from its own postmaster.pid. */
export const postgresSource: FactSource<PostgresFact> = {
  name: 'postgres',
  command: (directories) => concat(...directories.map(readServer), raw('exit 0')),
  parse({ stdout }, directories) {
    const parts = stdout.split(/^server$\n?/m).slice(1);
    return new Map(directories.map((directory, i) => [directory, postgresFact(parts[i] ?? '')]));
  },
};

function readServer(directory: string): RemoteCommand {
  return concat(
    raw('d='),
    argv(directory),
    raw(`; echo server
if [ -f "$d/global/pg_control" ] && [ -f "$d/PG_VERSION" ]; then echo data=initialised; elif [ -e "$d" ] && [ -n "$(ls -A "$d")" ]; then echo data=unfinished; fi
if [ -f "$d/standby.signal" ]; then echo standby=yes; fi
if [ -f "$d/global/pg_control" ]; then ${postgresPrograms}/pg_controldata -D "$d" | sed -n 's/^Database system identifier: */system=/p; s/^Latest checkpoint.s TimeLineID: */timeline=/p'; fi
if [ -f "$d/postmaster.pid" ]; then
  { read -r pid; read -r x; read -r x; read -r port; read -r socket; } < "$d/postmaster.pid"
  name=; if [ -r "/proc/$pid/comm" ]; then read -r name < "/proc/$pid/comm"; fi
  if [ "$name" = postgres ]; then echo running=yes
    answer=$(printf %s `),
    argv(query),
    raw(` | PGCONNECT_TIMEOUT=3 PGOPTIONS='-c statement_timeout=3000' timeout -k 1 5 runuser -u postgres -- ${postgresPrograms}/psql -XAtqw -v ON_ERROR_STOP=1 -h "$socket" -p "$port" -d postgres 2>&1) &&
      printf '%s\\n' "$answer" | sed '1s/^/live=/; 2s/^/passwords=/' || printf 'silence=%s\\n' "$(printf %s "$answer" | tr '\\n' ' ')"
  fi
fi
`),
  );
}

function liveOf(answer: string): PostgresLive {
  const parsed = live.safeParse(JSON.parse(answer));
  if (!parsed.success) throw new Error(`PostgreSQL answered without ${parsed.error.issues[0]?.path.join('.')}`);
  return parsed.data;
}

function postgresFact(text: string): PostgresFact {
  const rows = text.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const);
  const one = (name: string) => rows.find((row) => row[0] === name)?.[1] ?? null;
  const answer = one('live');
  return {
    data: (one('data') ?? 'absent') as PostgresFact['data'],
    standbySignal: one('standby') === 'yes',
    systemId: one('system'),
    timeline: one('timeline') === null ? null : Number(one('timeline')),
    running: one('running') === 'yes',
    live: answer === null ? null : liveOf(answer),
    silence: one('silence'),
    passwords: z.array(rolePassword).parse(JSON.parse(one('passwords') ?? '[]')),
  };
}
