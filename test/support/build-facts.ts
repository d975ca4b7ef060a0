import type { EtcdFact } from '../../control-plane/src/core/facts/etcd.ts';
import type { HostFact } from '../../control-plane/src/core/facts/host.ts';
import type { PostgresFact, PostgresLive } from '../../control-plane/src/core/facts/postgres.ts';
import type { RedisFact } from '../../control-plane/src/core/facts/redis.ts';
import type { SentinelFact } from '../../control-plane/src/core/facts/sentinel.ts';

/** A Debian 12 host with one address and nothing of ours on it. */
export function hostFact(address: string, over: Partial<HostFact> = {}): HostFact {
  return {
    os: { id: 'debian', version: '12' },
    arch: 'x86_64',
    cores: 2,
    memoryMb: 2048,
    freeMb: { root: 10_000, var: 10_000 },
    clockMs: 1_700_000_000_000,
    systemd: true,
    addresses: [{ interface: 'eth0', address, prefix: 24 }],
    listeners: [],
    cluster: null,
    ...over,
  };
}

/** A host without PostgreSQL data. */
export function postgresFact(over: Partial<PostgresFact> = {}): PostgresFact {
  const nothing = { standbySignal: false, systemId: null, timeline: null, running: false, live: null, silence: null, passwords: [] };
  return { data: 'absent', ...nothing, ...over };
}

export function runningPrimary(timeline = 1): PostgresFact {
  return postgresFact({ data: 'initialised', systemId: '7', timeline, running: true, live: postgresLive({ timeline }) });
}

export function runningStandby(upstream: string): PostgresFact {
  const live = postgresLive({ inRecovery: true, upstream, receiver: 'streaming' });
  return postgresFact({ data: 'initialised', systemId: '7', timeline: 1, standbySignal: true, running: true, live });
}

/** A server that is off and, without standby.signal, was a primary. */
export function stoppedServer(over: Partial<PostgresFact> = {}): PostgresFact {
  return postgresFact({ data: 'initialised', systemId: '7', timeline: 1, ...over });
}

function postgresLive(over: Partial<PostgresLive>): PostgresLive {
  const empty = { replicas: [], roles: [], databases: [], pendingRestart: [], limits: {} };
  return { inRecovery: false, timeline: 1, upstream: null, receiver: null, synchronousStandbyNames: '', ...empty, ...over };
}

/** A host without Redis. */
export function redisFact(over: Partial<RedisFact> = {}): RedisFact {
  const nothing = { running: false, silence: null, role: null, master: null, link: null, replicas: 0 } as const;
  return { ...nothing, loading: false, keys: 0, hasData: false, fileMaster: null, ...over };
}

export function redisMaster(replicas = 0, keys = 0): RedisFact {
  return redisFact({ running: true, role: 'master', replicas, keys, hasData: true });
}

export function redisReplica(host: string): RedisFact {
  return redisFact({ running: true, role: 'slave', master: { host, port: 6379 }, link: 'up', hasData: true });
}

/** A Sentinel that names this master; null = none there. */
export function sentinelFact(host: string | null): SentinelFact {
  const empty = { silence: null, replicas: 1, otherSentinels: 2, flags: 'master', settings: {}, authSha256: null, quorumReached: true };
  return { running: host !== null, known: host !== null, master: host === null ? null : { host, port: 6379 }, ...empty };
}

export function etcdFact(member: boolean): EtcdFact {
  return { member, healthy: member, memberId: member ? '1' : null, leaderId: member ? '1' : null };
}
