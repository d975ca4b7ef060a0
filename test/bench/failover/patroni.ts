import { randomBytes } from 'node:crypto';
import { openLab } from '../../lab/lab.ts';
import { eventually } from '../../lab/stack.ts';
import { inside, installOnHosts, superuserCommand } from './host-packages.ts';
import { askRoles } from './roles.ts';
import type { DatabaseHost, OpenSystem } from './system.ts';

const dataDirectory = '/var/lib/postgresql/bench';
const packages = ['patroni', 'postgresql-15', 'etcd-server', 'etcd-client', 'python3-etcd', 'curl'];

/** Debian's Patroni over three etcd members, at the tightest timings it takes: ttl 20, loop 1, retry 3, synchronous. */
export const openPatroni: OpenSystem = async ({ say }) => {
  const lab = openLab({ name: `${process.env.NETVIS_LAB}-patroni`, shape: 'compact' });
  await lab.up({ fresh: true });
  const hosts = await lab.hosts();
  const names = hosts.map(({ name }) => name);
  const databases = hosts.slice(0, 2).map(({ name, address }) => ({ name, address }));
  const password = randomBytes(12).toString('hex');
  say('patroni: installing');
  await installOnHosts(lab, names, packages);
  await Promise.all(hosts.map((host) => inside(lab, host.name, etcdScript(host, hosts))));
  for (const host of databases) {
    await inside(lab, host.name, patroniScript(host, { hosts, password }));
    await eventually(async () => inside(lab, host.name, `curl -sf http://${host.address}:8008/health`), { forMs: 60_000 });
  }
  const version = (await inside(lab, names[0] ?? '', 'patroni --version')).trim();
  const login = { user: 'postgres', password, database: 'postgres' };
  const ctl = (host: string, command: string) => inside(lab, host, `patronictl -c /etc/patroni/config.yml ${command}`);
  return {
    name: 'patroni',
    settings: `${version}, ttl 20, loop_wait 1, retry_timeout 3, synchronous_mode`,
    lab,
    databases,
    login,
    dataDirectory,
    socketDirectory: '/var/run/postgresql',
    superuser: (host, sql) => inside(lab, host, superuserCommand('/var/run/postgresql'), sql),
    roles: () => askRoles(databases, login),
    switchover: async (from, to) => void (await ctl(to, `switchover --leader ${from} --candidate ${to} --force bench`)),
    describe: () => ctl(databases[0]?.name ?? '', 'list'),
  };
};

type Member = { readonly name: string; readonly address: string };

function etcdScript({ name, address }: Member, all: readonly Member[]): string {
  const members = all.map((member) => `${member.name}=http://${member.address}:2380`).join(',');
  return `cat > /etc/default/etcd <<'END'
ETCD_NAME=${name}
ETCD_LISTEN_PEER_URLS=http://${address}:2380
ETCD_LISTEN_CLIENT_URLS=http://${address}:2379,http://127.0.0.1:2379
ETCD_INITIAL_ADVERTISE_PEER_URLS=http://${address}:2380
ETCD_ADVERTISE_CLIENT_URLS=http://${address}:2379
ETCD_INITIAL_CLUSTER=${members}
ETCD_INITIAL_CLUSTER_STATE=new
ETCD_HEARTBEAT_INTERVAL=100
ETCD_ELECTION_TIMEOUT=500
END
systemctl -q enable etcd; systemctl start --no-block etcd
i=0; until etcdctl endpoint health >/dev/null 2>&1; do i=$((i+1)); [ $i -lt 120 ] || exit 1; sleep 0.5; done`;
}

function patroniScript({ name, address }: DatabaseHost, { hosts, password }: { hosts: readonly Member[]; password: string }): string {
  const config = {
    scope: 'bench',
    name,
    restapi: { listen: `${address}:8008`, connect_address: `${address}:8008` },
    etcd3: { hosts: hosts.map((host) => `${host.address}:2379`) },
    bootstrap: {
      dcs: {
        ttl: 20,
        loop_wait: 1,
        retry_timeout: 3,
        maximum_lag_on_failover: 1_048_576,
        synchronous_mode: true,
        postgresql: {
          use_pg_rewind: true,
          use_slots: true,
          parameters: { wal_log_hints: 'on', max_wal_size: '8GB', checkpoint_timeout: '1h', wal_keep_size: '1GB' },
        },
      },
      initdb: [{ encoding: 'UTF8' }, 'data-checksums'],
    },
    postgresql: {
      listen: '0.0.0.0:5432',
      connect_address: `${address}:5432`,
      data_dir: dataDirectory,
      bin_dir: '/usr/lib/postgresql/15/bin',
      pgpass: '/var/lib/postgresql/bench.pgpass',
      pg_hba: ['local all all trust', 'host replication all 0.0.0.0/0 scram-sha-256', 'host all all 0.0.0.0/0 scram-sha-256'],
      authentication: {
        superuser: { username: 'postgres', password },
        replication: { username: 'replicator', password },
        rewind: { username: 'rewinder', password },
      },
    },
  };
  return `mkdir -p /etc/patroni && cat > /etc/patroni/config.yml <<'END'
${JSON.stringify(config, null, 2)}
END
chown postgres /etc/patroni/config.yml; chmod 600 /etc/patroni/config.yml
systemctl -q enable patroni; systemctl start patroni`;
}
