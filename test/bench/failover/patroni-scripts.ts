import type { DatabaseHost } from './system.ts';

type Member = { readonly name: string; readonly address: string };
type Patroni = { readonly members: readonly Member[]; readonly password: string; readonly dataDirectory: string };

/** Debian's etcd as one of three members, at the timings that netvis gives it. */
export function etcdScript({ name, address }: Member, all: readonly Member[]): string {
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

/** Debian's Patroni as its unit starts it. */
export function patroniScript(host: DatabaseHost, patroni: Patroni): string {
  const { name, address } = host;
  const config = {
    scope: 'bench',
    name,
    restapi: { listen: `${address}:8008`, connect_address: `${address}:8008` },
    etcd3: { hosts: patroni.members.map((member) => `${member.address}:2379`) },
    bootstrap: { dcs, initdb: [{ encoding: 'UTF8' }, 'data-checksums'] },
    postgresql: postgresql(address, patroni),
  };
  return `mkdir -p /etc/patroni && cat > /etc/patroni/config.yml <<'END'
${JSON.stringify(config, null, 2)}
END
chown postgres /etc/patroni/config.yml; chmod 600 /etc/patroni/config.yml
systemctl -q enable patroni; systemctl start patroni`;
}

const parameters = { wal_log_hints: 'on', max_wal_size: '8GB', checkpoint_timeout: '1h', wal_keep_size: '1GB' };

const dcs = {
  ttl: 20,
  loop_wait: 1,
  retry_timeout: 3,
  maximum_lag_on_failover: 1_048_576,
  synchronous_mode: true,
  postgresql: { use_pg_rewind: true, use_slots: true, parameters },
};

function postgresql(address: string, { password, dataDirectory }: Patroni): object {
  return {
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
  };
}
