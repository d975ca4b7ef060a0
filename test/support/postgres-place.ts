/** Where PostgreSQL servers of a test lie: one directory, one host folder for each server. Needs root and Debian's postgresql-15. */
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { chown, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PostgresPlace } from '../../agent/src/adapters/postgres/place.ts';
import { serverProcesses, signalProcess } from '../../agent/src/adapters/postgres/processes.ts';
import type { ServerProcess } from '../../agent/src/ports/server-process.ts';

const programs = '/usr/lib/postgresql/15/bin';

/** The role that hosts reach each other with; its password holds what a passfile escapes. */
export const replication = { user: 'replicator', password: 'a:b\\c' };

export const systemUser = () => ({ uid: idOf('-u'), gid: idOf('-g') });

const idOf = (option: string) => Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));

/** The places of hosts with these ports, all on 127.0.0.1. */
export function placesOf(directory: string, ports: Readonly<Record<string, number>>): PostgresPlace[] {
  const owner = systemUser();
  return Object.entries(ports).map(([host, port]) => ({
    host,
    programs,
    dataDirectory: join(directory, host, 'pg'),
    configFile: join(directory, `${host}.conf`),
    ownDirectory: join(directory, host, 'own'),
    clientRules: join(directory, 'clients.conf'),
    socketDirectory: join(directory, host),
    port,
    superuser: 'postgres',
    database: 'postgres',
    systemUser: owner,
    replication: { user: replication.user, passfile: join(directory, 'passfile'), caPath: null },
    peers: Object.fromEntries(
      Object.entries(ports)
        .filter(([other]) => other !== host)
        .map(([other, otherPort]) => [other, { address: '127.0.0.1', port: otherPort }]),
    ),
  }));
}

/** Writes what apply writes on hosts: configuration, passfile, clients' rules. */
export async function prepareHosts(directory: string, places: readonly PostgresPlace[]): Promise<void> {
  await own(directory);
  const password = replication.password.replace(/[:\\]/g, '\\$&');
  await ownFile(join(directory, 'passfile'), `*:*:*:${replication.user}:${password}\n`);
  await ownFile(join(directory, 'ident.conf'), 'netvis root postgres\nnetvis postgres postgres\n');
  await ownFile(join(directory, 'clients.conf'), 'host all all 127.0.0.1/32 scram-sha-256\n');
  for (const place of places) {
    await mkdir(place.socketDirectory);
    await own(place.socketDirectory);
    await ownFile(place.configFile, configuration(place));
  }
}

function configuration({ dataDirectory, ownDirectory, socketDirectory, port }: PostgresPlace): string {
  return `data_directory = '${dataDirectory}'
hba_file = '${ownDirectory}/pg_hba.conf'
ident_file = '${join(dirname(socketDirectory), 'ident.conf')}'
unix_socket_directories = '${socketDirectory}'
listen_addresses = '127.0.0.1'
port = ${port}
max_connections = 20
superuser_reserved_connections = 8
shared_buffers = 16MB
fsync = off
dynamic_shared_memory_type = mmap
autovacuum = off
wal_log_hints = on
wal_keep_size = 128MB
min_wal_size = 32MB
max_wal_senders = 10
wal_sender_timeout = 2s
wal_retrieve_retry_interval = 100ms
include_if_exists = '${ownDirectory}/postgresql.conf'
`;
}

/** A server without systemd: processes of its own session, found by their directory. */
export function looseProcess(place: PostgresPlace): ServerProcess {
  let ended = true;
  return {
    async start() {
      const { uid, gid } = place.systemUser;
      const log = openSync(join(dirname(place.socketDirectory), `${place.host}.log`), 'a');
      // Whatever becomes of this process, no server outlives it.
      const asUser = ['--pdeathsig', 'KILL', '--reuid', `${uid}`, '--regid', `${gid}`, '--clear-groups', '--'];
      const words = [join(place.programs, 'postgres'), '-D', place.dataDirectory, '-c', `config_file=${place.configFile}`];
      const server = spawn('setpriv', [...asUser, ...words], { cwd: '/', detached: true, stdio: ['ignore', log, log] });
      closeSync(log);
      server.unref();
      ended = false;
      server.once('exit', () => {
        ended = true;
      });
    },
    hasEnded: async () => ended,
    async killAll() {
      for (const pid of await serverProcesses(place)) signalProcess(pid, 'SIGKILL');
    },
  };
}

async function ownFile(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600 });
  await own(path);
}

async function own(path: string): Promise<void> {
  const { uid, gid } = systemUser();
  await chown(path, uid, gid);
}
