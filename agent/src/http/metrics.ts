import type { HealthReport } from '../contract/health-report.ts';

type Labels = Readonly<Record<string, string>>;
type Sample = { readonly labels: Labels; readonly value: number };
type Metric = { readonly name: string; readonly help: string; readonly samples: readonly Sample[] };

/** The report as Prometheus text; without a report only `netvis_agent_up 0`. */
export function metricsText(report: HealthReport | null): string {
  const metrics = [
    single('netvis_agent_up', 'Whether the agent has a fresh report.', report ? 1 : 0),
    ...(report ? metricsOf(report) : []),
  ];
  return metrics
    .filter((metric) => metric.samples.length > 0)
    .map(textOf)
    .join('');
}

function metricsOf(report: HealthReport): readonly Metric[] {
  return [
    {
      name: 'netvis_check_ok',
      help: 'Whether a check is good.',
      samples: report.checks.map((check) => ({ labels: { check: check.name, kind: check.kind }, value: check.state === 'ok' ? 1 : 0 })),
    },
    {
      name: 'netvis_vip_held',
      help: 'Whether this host holds the VIP.',
      samples: Object.entries(report.vips).map(([vip, { held }]) => ({ labels: { vip }, value: held ? 1 : 0 })),
    },
    ...postgresMetrics(report.postgres),
    ...failoverMetrics(report.failover),
    ...redisMetrics(report.redis),
    single('netvis_agent_resident_bytes', 'Resident memory of the agent.', report.agent.rssBytes),
    single('netvis_agent_tick_milliseconds', 'Time the last tick took.', report.agent.tickMs),
    single('netvis_memory_available_bytes', 'Available memory of the host.', report.system.memoryAvailableBytes),
    {
      name: 'netvis_disk_free_bytes',
      help: 'Free space of a file system.',
      samples: report.system.disks.map((disk) => ({ labels: { path: disk.path }, value: disk.freeBytes })),
    },
  ];
}

function postgresMetrics(postgres: HealthReport['postgres']): readonly Metric[] {
  if (!postgres) return [];
  const replicas = postgres.replicas.filter((replica) => replica.lagBytes !== null);
  return [
    single('netvis_postgres_up', 'Whether PostgreSQL answers.', postgres.role === 'down' ? 0 : 1),
    single('netvis_postgres_primary', 'Whether PostgreSQL is a primary.', postgres.role === 'primary' ? 1 : 0),
    {
      name: 'netvis_postgres_replica_lag_bytes',
      help: 'Bytes a standby has not replayed yet.',
      samples: replicas.map((replica) => ({ labels: { replica: replica.name }, value: replica.lagBytes ?? 0 })),
    },
  ];
}

function failoverMetrics(failover: HealthReport['failover']): readonly Metric[] {
  if (!failover) return [];
  const { record, guard, storeAgeMs } = failover;
  return [
    single('netvis_guard_up', 'Whether netvis-guard answers.', guard.reachable ? 1 : 0),
    single('netvis_guard_armed', 'Whether netvis-guard holds a deadline.', guard.armed ? 1 : 0),
    ...(storeAgeMs === null ? [] : [single('netvis_lease_store_age_milliseconds', 'Since the lease store answered.', storeAgeMs)]),
    ...(record === null ? [] : recordMetrics(record)),
  ];
}

function recordMetrics({ epoch, members, pause }: NonNullable<NonNullable<HealthReport['failover']>['record']>): readonly Metric[] {
  return [
    single('netvis_epoch', "Epoch of the cluster's record.", epoch),
    single('netvis_members', 'Standbys that hold every acknowledged commit.', members.length),
    single('netvis_failover_paused', 'Whether failover is paused.', pause ? 1 : 0),
  ];
}

function redisMetrics(redis: HealthReport['redis']): readonly Metric[] {
  if (!redis) return [];
  return [
    single('netvis_redis_up', 'Whether Redis answers.', redis.role === 'down' ? 0 : 1),
    single('netvis_redis_master', 'Whether Redis is a master.', redis.role === 'master' ? 1 : 0),
  ];
}

function single(name: string, help: string, value: number): Metric {
  return { name, help, samples: [{ labels: {}, value }] };
}

function textOf({ name, help, samples }: Metric): string {
  const lines = samples.map(({ labels, value }) => `${name}${labelText(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('')}`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([key, value]) => `${key}="${value.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`))}"`,
  );
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}
