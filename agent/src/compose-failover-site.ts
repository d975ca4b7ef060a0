import { readFileSync } from 'node:fs';
import type { PostgresPlace } from './adapters/postgres/place.ts';
import type { AgentConfig, FailoverConfig, PostgresConfig } from './contract/agent-config.ts';
import type { Settings } from './core/failover/settings.ts';

/** The configuration of a host whose PostgreSQL fails over. */
export type FailoverSite = { readonly config: AgentConfig; readonly failover: FailoverConfig; readonly postgres: PostgresConfig };

/** What the configuration fixes for the decisions of this host. */
export function settingsOf({ timings, mode, wantedMembers, hosts }: FailoverConfig): Settings {
  return { timings, mode, wantedMembers, hosts: hosts.map(({ name }) => name) };
}

/** The kernel's name of this boot. */
export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** Where PostgreSQL lies on a host that apply has prepared. Throws where its account is missing. */
export function placeOf({ config, failover, postgres }: FailoverSite): PostgresPlace {
  const peers = failover.hosts.filter(({ name }) => name !== config.host);
  return {
    host: config.host,
    programs: '/usr/lib/postgresql/15/bin',
    dataDirectory: postgres.dataDirectory,
    configFile: '/etc/netvis/postgres/postgresql.conf',
    ownDirectory: '/var/lib/netvis/postgres',
    clientRules: '/etc/netvis/postgres/pg_hba.conf',
    socketDirectory: postgres.socketDirectory,
    port: postgres.port,
    superuser: postgres.user,
    database: postgres.database,
    systemUser: accountOf('postgres'),
    replication: failover.replication,
    peers: Object.fromEntries(peers.map(({ name, address, postgresPort }) => [name, { address, port: postgresPort }])),
  };
}

/** Throws where there is no such account: PostgreSQL's package makes it. */
function accountOf(name: string): { uid: number; gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined) throw new Error(`there is no account ${name}`);
  return { uid: Number(uid), gid: Number(gid) };
}
