import { randomBytes } from 'node:crypto';
import { type Lab, openLab } from '../../lab/lab.ts';
import { eventually } from '../../lab/stack.ts';
import { installOnHosts } from '../host-packages.ts';
import { asSuperuser, inside } from './inside-host.ts';
import { etcdScript, patroniScript } from './patroni-scripts.ts';
import { askRoles } from './roles.ts';
import type { DatabaseHost, Login, OpenSystem } from './system.ts';

const dataDirectory = '/var/lib/postgresql/bench';
const socketDirectory = '/var/run/postgresql';
const packages = ['patroni', 'postgresql-15', 'etcd-server', 'etcd-client', 'python3-etcd', 'curl'];

/** Debian's Patroni over three etcd members, at the tightest timings it takes: ttl 20, loop 1, retry 3, synchronous. */
export const openPatroni: OpenSystem = async ({ say }) => {
  const lab = openLab({ name: `${process.env.NETVIS_LAB}-patroni`, shape: 'compact' });
  say('patroni: installing');
  const login = { user: 'postgres', password: randomBytes(12).toString('hex'), database: 'postgres' };
  const databases = await start(lab, login);
  const [first = ''] = databases.map(({ name }) => name);
  const version = (await inside(lab, first, 'patroni --version')).trim();
  const ctl = (host: string, command: string) => inside(lab, host, `patronictl -c /etc/patroni/config.yml ${command}`);
  return {
    name: 'patroni',
    settings: `${version}, ttl 20, loop_wait 1, retry_timeout 3, synchronous_mode`,
    ...{ lab, databases, login, dataDirectory, socketDirectory },
    superuser: (host, sql) => inside(lab, host, asSuperuser(socketDirectory, sql)),
    roles: () => askRoles(databases, login),
    switchover: async (from, to) => void (await ctl(to, `switchover --leader ${from} --candidate ${to} --force bench`)),
    describe: () => ctl(first, 'list'),
  };
};

async function start(lab: Lab, { password }: Login): Promise<readonly DatabaseHost[]> {
  await lab.up({ fresh: true });
  const hosts = await lab.hosts();
  const names = hosts.map(({ name }) => name);
  const databases = hosts.slice(0, 2).map(({ name, address }) => ({ name, address }));
  await installOnHosts(lab, names, packages);
  await Promise.all(hosts.map((host) => inside(lab, host.name, etcdScript(host, hosts))));
  for (const host of databases) {
    await inside(lab, host.name, patroniScript(host, { members: hosts, password, dataDirectory }));
    await eventually(async () => inside(lab, host.name, `curl -sf http://${host.address}:8008/health`), { forMs: 60_000 });
  }
  return databases;
}
