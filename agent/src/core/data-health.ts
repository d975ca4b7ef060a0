import type { AgentConfig } from '../contract/agent-config.ts';
import type {
  CheckResult,
  EtcdReading,
  FailoverReading,
  HealthState,
  PostgresReading,
  RedisReading,
  SentinelReading,
} from '../contract/health-report.ts';
import type { Readings } from './readings.ts';

/** The checks of the data services this host runs. What needs a second host's view is judged by the control plane. */
export function dataHealth(config: AgentConfig, readings: Readings): readonly CheckResult[] {
  const { postgres, redis, sentinel, etcd, failover } = readings;
  return [
    ...(postgres ? [postgresHealth(postgres, config.postgres?.lagWarningBytes ?? Number.POSITIVE_INFINITY)] : []),
    ...(redis ? [redisHealth(redis)] : []),
    ...(sentinel ? [sentinelHealth(sentinel)] : []),
    ...(etcd ? [etcdHealth(etcd)] : []),
    ...(failover ? [failoverHealth(failover, config.failover?.timings.ttlMs ?? 0)] : []),
  ];
}

function postgresHealth(reading: PostgresReading, lagWarningBytes: number): CheckResult {
  const result = (state: HealthState, message: string): CheckResult => ({ name: 'postgres', kind: 'postgres', state, message });
  if (reading.role === 'down') return result('critical', `PostgreSQL does not answer: ${reading.reason}`);
  if (reading.role === 'replica' && reading.receiver?.state !== 'streaming') return result('critical', 'replica does not stream');
  const lags = reading.role === 'primary' ? reading.replicas.map((replica) => replica.lagBytes ?? 0) : [reading.lagBytes ?? 0];
  const lag = Math.max(0, ...lags);
  if (lag > lagWarningBytes) return result('warning', `${reading.role}, replication lag ${lag} bytes`);
  return result('ok', `${reading.role}, timeline ${reading.timeline ?? '?'}`);
}

function redisHealth(reading: RedisReading): CheckResult {
  const result = (state: HealthState, message: string): CheckResult => ({ name: 'redis', kind: 'redis', state, message });
  if (reading.role === 'down') return result('critical', `Redis does not answer: ${reading.reason}`);
  if (reading.link === 'down') return result('critical', `replica has no link to its master ${reading.master?.address}`);
  return result('ok', reading.role);
}

function sentinelHealth(reading: SentinelReading): CheckResult {
  const result = (state: HealthState, message: string): CheckResult => ({ name: 'sentinel', kind: 'sentinel', state, message });
  if (!reading.up) return result('critical', `Sentinel does not answer: ${reading.reason}`);
  if (!reading.master) return result('critical', `Sentinel names no master: ${reading.reason}`);
  if (reading.quorumOk === false) return result('critical', `no quorum: ${reading.reason}`);
  const down = reading.flags.filter((flag) => flag.endsWith('_down'));
  return down.length > 0 ? result('warning', `master is ${down.join(', ')}`) : result('ok', `master ${reading.master.address}`);
}

function etcdHealth(reading: EtcdReading): CheckResult {
  const message = reading.healthy ? 'healthy' : `etcd: ${reading.reason}`;
  return { name: 'etcd', kind: 'etcd', state: reading.healthy ? 'ok' : 'critical', message };
}

/** Whether this host could lead, or goes on leading: the guard answers, and the lease store did within a lease's time. */
function failoverHealth({ guard, record, storeAgeMs }: FailoverReading, ttlMs: number): CheckResult {
  const result = (state: HealthState, message: string): CheckResult => ({ name: 'failover', kind: 'failover', state, message });
  if (!guard.reachable) return result('critical', 'netvis-guard does not answer: this host cannot become primary');
  if (storeAgeMs === null || storeAgeMs > ttlMs) return result('critical', 'the lease store does not answer');
  if (record === null) return result('critical', 'the cluster has no record that can be read');
  if (record.pause !== null) return result('warning', 'failover is paused');
  return result('ok', `primary ${record.primary.host}, epoch ${record.epoch}`);
}
