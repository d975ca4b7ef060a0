import type { HealthReport } from '../../agent/src/contract/health-report.ts';
import { buildSite } from '../../control-plane/src/core/build-site.ts';
import { inventorySchema } from '../../control-plane/src/core/inventory/schema.ts';
import type { Site } from '../../control-plane/src/core/site.ts';
import type { HostReading, HostReadings } from '../../control-plane/src/core/status/host-reading.ts';

/** Two load balancers, two databases, two Redis servers, three Sentinels with etcd, an API server. */
export function statusSite(): Site {
  const host = (address: string, ...roles: string[]) => ({ address, roles });
  const inventory = inventorySchema.parse({
    cluster: 'demo',
    hosts: {
      lb1: host('10.0.0.1', 'lb'),
      lb2: host('10.0.0.2', 'lb'),
      api1: host('10.0.0.3', 'api'),
      pg1: host('10.0.0.4', 'postgres'),
      pg2: host('10.0.0.5', 'postgres'),
      redis1: host('10.0.0.6', 'redis'),
      redis2: host('10.0.0.7', 'redis'),
      s1: host('10.0.0.8', 'sentinel', 'etcd'),
      s2: host('10.0.0.9', 'sentinel', 'etcd'),
      s3: host('10.0.0.10', 'sentinel', 'etcd'),
    },
    vips: { web: { address: '10.0.0.100/24', routerId: 51 }, postgres: { address: '10.0.0.101/24', routerId: 52 } },
  });
  return buildSite(inventory);
}

/** Fresh reports of every host of `statusSite` with nothing wrong: lb1 holds the VIP, pg1 and redis1 lead, s1 leads etcd. */
export function healthyReadings(): HostReadings {
  const site = statusSite();
  return Object.fromEntries(
    site.hosts.map((host) => [host.name, reading(buildReport({ host: host.name, roles: [...host.roles], ...parts(host.name) }))]),
  );
}

/** A report of a host without services. */
export function buildReport(over: Partial<HealthReport>): HealthReport {
  return {
    format: 1,
    cluster: 'demo',
    host: 'h1',
    roles: [],
    time: '2026-01-01T00:00:00.000Z',
    uptimeSeconds: 100,
    state: 'ok',
    checks: [],
    system: {
      load1: 0,
      cores: 2,
      memoryTotalBytes: 1000,
      memoryAvailableBytes: 900,
      disks: [],
      clock: { synchronized: null, offsetMs: null },
    },
    vips: {},
    certificates: [],
    events: [],
    agent: { version: '0.1.0', rssBytes: 1, uptimeSeconds: 1, tickMs: 1, publishFailures: 0 },
    ...over,
  };
}

function reading(report: HealthReport): HostReading {
  return { report, ageMs: 500, clockOffsetMs: 0 };
}

function parts(host: string): Partial<HealthReport> {
  if (host.startsWith('lb')) return { vips: { web: { address: '10.0.0.100', held: host === 'lb1' } } };
  if (host.startsWith('pg')) return { postgres: host === 'pg1' ? primary : replica };
  if (host.startsWith('redis')) return { redis: host === 'redis1' ? master : slave };
  if (host.startsWith('s')) return { sentinel, etcd: { healthy: true, reason: null, memberId: host.slice(1), leader: '1' } };
  return {};
}

const primary: HealthReport['postgres'] = {
  role: 'primary',
  reason: null,
  version: '15.20',
  timeline: 1,
  lsn: '0/3000060',
  lagBytes: 0,
  receiver: null,
  replicas: [{ name: 'pg2', address: '10.0.0.5', state: 'streaming', syncState: 'sync', lagBytes: 0 }],
  syncNames: ['pg2'],
  pendingRestart: false,
};
const replica: HealthReport['postgres'] = {
  ...primary,
  role: 'replica',
  receiver: { state: 'streaming', sender: '10.0.0.4' },
  replicas: [],
  syncNames: [],
};
const master: HealthReport['redis'] = {
  role: 'master',
  reason: null,
  version: '7.0.15',
  master: null,
  link: null,
  offset: 1000,
  replicas: [{ address: '10.0.0.7', port: 6379, state: 'online', offset: 1000, lagSeconds: 0 }],
};
const slave: HealthReport['redis'] = { ...master, role: 'replica', master: { address: '10.0.0.6', port: 6379 }, link: 'up', replicas: [] };
const sentinel: HealthReport['sentinel'] = {
  up: true,
  reason: null,
  master: { address: '10.0.0.6', port: 6379 },
  flags: ['master'],
  numSlaves: 1,
  numSentinels: 3,
  quorum: 2,
  quorumOk: true,
};
