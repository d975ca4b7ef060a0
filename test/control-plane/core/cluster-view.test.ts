import { describe, expect, test } from 'vitest';
import { buildSite } from '../../../control-plane/src/core/build-site.ts';
import { deriveLiveRoles, isManaged, systemFacts, viewRequests } from '../../../control-plane/src/core/cluster-view.ts';
import type { HostFacts } from '../../../control-plane/src/core/facts/fact-source.ts';
import type { HostFact } from '../../../control-plane/src/core/facts/host.ts';
import type { PostgresFact } from '../../../control-plane/src/core/facts/postgres.ts';
import type { RedisFact } from '../../../control-plane/src/core/facts/redis.ts';
import type { SentinelFact } from '../../../control-plane/src/core/facts/sentinel.ts';
import type { Role } from '../../../control-plane/src/core/inventory/schema.ts';
import * as build from '../../support/build-facts.ts';
import { buildInventory } from '../../support/build-inventory.ts';

const site = buildSite(buildInventory());
const [a, b, c] = ['10.0.0.11', '10.0.0.12', '10.0.0.13'] as const;
const blank = build.postgresFact();

type Readings = { postgres?: PostgresFact; redis?: RedisFact; sentinel?: SentinelFact; etcd?: boolean; host?: Partial<HostFact> };

/** Facts of n1, n2 and n3; null = the host did not answer. */
function facts(...hosts: readonly (Readings | null)[]): Record<string, HostFacts> {
  const named = hosts.map((readings, i) => [`n${i + 1}`, readings] as const);
  return Object.fromEntries(named.flatMap(([name, readings], i) => (readings ? [[name, factsOf(readings, [a, b, c][i] ?? '')]] : [])));
}

function factsOf({ postgres, redis, sentinel, etcd, host }: Readings, address: string): HostFacts {
  return {
    host: { self: build.hostFact(address, host) },
    postgres: { '/var/lib/netvis/pg': postgres ?? blank },
    redis: { 6379: redis ?? build.redisFact() },
    sentinel: { '26379 netvis-master': sentinel ?? build.sentinelFact(null) },
    etcd: { '/var/lib/netvis/etcd/data 2379': build.etcdFact(etcd ?? false) },
  };
}

/** n1 to n3 with these roles alone. */
function onlyRole(...roles: readonly Role[]) {
  return Object.fromEntries(Object.entries(buildInventory().hosts).map(([name, { address }]) => [name, { address, roles: [...roles] }]));
}

function sentinels(...names: readonly string[]) {
  return Object.fromEntries(names.map((name, i) => [name, { address: `10.0.0.3${i}`, roles: ['sentinel' as const] }]));
}

const postgresOf = (...servers: readonly (PostgresFact | null)[]) => derive(servers.map((postgres) => postgres && { postgres }));

function derive(hosts: readonly (Readings | null)[]) {
  const { live, problems } = deriveLiveRoles(site, facts(...hosts));
  return { ...live, problems: problems.map(({ code, message }) => `${code} ${message}`) };
}

test('on a blank cluster the inventory names the roles', () => {
  expect(derive([{}, {}, {}])).toEqual({
    postgres: { bootstrapped: false, primary: 'n1', address: a, standbys: ['n2', 'n3'], primaryRuns: false },
    redis: { bootstrapped: false, master: 'n1', address: a },
    etcd: { bootstrapped: false },
    webVipHolder: null,
    problems: [],
  });
});

describe('the PostgreSQL primary is', () => {
  test('the one that runs as such, wherever the inventory began', () => {
    const view = postgresOf(build.stoppedServer(), build.runningPrimary(2), build.runningStandby(b));
    expect(view).toMatchObject({
      postgres: { bootstrapped: true, primary: 'n2', address: b, standbys: ['n1', 'n3'], primaryRuns: true },
      problems: [],
    });
  });

  test('the unreachable host its standbys follow, by address or by name', () => {
    expect(postgresOf(null, build.runningStandby(a), build.runningStandby('n1'))).toMatchObject({
      postgres: { primary: 'n1' },
      problems: [],
    });
    expect(postgresOf(build.runningStandby(b), null, build.runningStandby('pg-vip'))).toMatchObject({ postgres: { primary: 'n2' } });
  });

  test('the stopped former primary with the highest timeline, when nobody runs as one', () => {
    const view = postgresOf(
      build.stoppedServer(),
      build.stoppedServer({ timeline: 2 }),
      build.stoppedServer({ standbySignal: true, timeline: 3 }),
    );
    expect(view).toMatchObject({ postgres: { primary: 'n2', primaryRuns: false }, problems: [] });
  });

  test('one that runs without an answer and without standby.signal: it may still take writes', () => {
    const silent = build.stoppedServer({ running: true, silence: 'timeout expired' });
    expect(postgresOf(blank, silent, build.runningStandby(b))).toMatchObject({ postgres: { primary: 'n2' }, problems: [] });
  });
});

test('of several unreachable PostgreSQL hosts the one most standbys follow is the primary', () => {
  const names = ['p1', 'p2', 'p3', 'p4', 'p5'];
  const hosts = names.map((name, i) => [name, { address: `10.0.0.2${i}`, roles: ['postgres' as const] }]);
  const large = buildSite(
    buildInventory({ app: {}, hosts: { ...Object.fromEntries(hosts), ...onlyRole('lb', 'sentinel', 'etcd', 'redis') } }),
  );
  const follow = (host: string) => ({ postgres: { '/var/lib/netvis/pg': build.runningStandby(host) } });
  const read = { p3: follow('p1'), p4: follow('p2'), p5: follow('10.0.0.21') };
  expect(deriveLiveRoles(large, read)).toMatchObject({ live: { postgres: { primary: 'p2' } }, problems: [] });
});

describe('PostgreSQL refuses the run', () => {
  test('when two servers run as primaries', () => {
    const { problems } = postgresOf(build.runningPrimary(1), build.runningPrimary(2), blank);
    expect(problems).toEqual(['NV_REFUSED n2 (timeline 2) and n1 (timeline 1) run as PostgreSQL primaries at the same time']);
  });

  test('when the data directories are of different clusters', () => {
    const { problems } = postgresOf(build.runningPrimary(), build.stoppedServer({ systemId: '8', standbySignal: true }), blank);
    expect(problems).toEqual(['NV_REFUSED the data directories do not belong to one PostgreSQL cluster (n1: 7, n2: 8)']);
  });

  test('when there are standbys only, also beside an empty host the inventory would begin with', () => {
    const { postgres, problems } = postgresOf(blank, build.runningStandby(a), build.runningStandby(a));
    expect(problems).toEqual(['NV_REFUSED every PostgreSQL server with data is a standby (n2, n3): there is no primary']);
    expect(postgres.primary).toBe('n2');
  });

  test('when a managed cluster shows no data and a host cannot be read', () => {
    const marked = { host: { cluster: 'netvis' } };
    expect(derive([marked, null, {}]).problems).toEqual(['NV_REFUSED no reachable host carries PostgreSQL data, and n2 cannot be read']);
    expect(derive([{}, null, {}]).problems).toEqual([]);
  });
});

describe('the Redis master is', () => {
  test('the one a majority of all Sentinels names, running or not', () => {
    const named = build.sentinelFact(b);
    const view = derive([
      { sentinel: named, redis: build.redisMaster(2) },
      { sentinel: named, redis: build.redisFact({ hasData: true }) },
      { sentinel: build.sentinelFact(a) },
    ]);
    expect(view).toMatchObject({ redis: { bootstrapped: true, master: 'n2', address: b }, problems: [] });
  });

  test('without a majority the one with replicas', () => {
    const view = derive([{ redis: build.redisMaster(), sentinel: build.sentinelFact(a) }, { redis: build.redisMaster(1) }, null]);
    expect(view).toMatchObject({ redis: { master: 'n2' }, problems: [] });
  });

  test('not the one that just half of the Sentinels name', () => {
    const even = buildSite(
      buildInventory({ app: {}, hosts: { ...onlyRole('lb', 'postgres', 'etcd', 'redis'), ...sentinels('s1', 's2') } }),
    );
    const named = { sentinel: { '26379 netvis-master': build.sentinelFact('10.9.9.9') } };
    expect(deriveLiveRoles(even, { s1: named })).toMatchObject({ live: { redis: { master: 'n1' } }, problems: [] });
    expect(deriveLiveRoles(even, { s1: named, s2: named }).problems).toHaveLength(1);
  });

  test('without replicas the one the others follow, running or by their files', () => {
    expect(derive([{ redis: build.redisReplica(b) }, null, {}])).toMatchObject({ redis: { master: 'n2' } });
    expect(derive([{ redis: build.redisFact({ fileMaster: c }) }, {}, {}])).toMatchObject({ redis: { master: 'n3' } });
  });

  test('of masters without replicas the one the inventory begins with', () => {
    const lone = { redis: build.redisMaster() };
    expect(derive([lone, lone, {}])).toMatchObject({ redis: { bootstrapped: true, master: 'n1' }, problems: [] });
    expect(derive([{}, lone, lone])).toMatchObject({ redis: { master: 'n2' } });
  });
});

describe('Redis refuses the run', () => {
  test('when the Sentinels name a host that is not in the inventory', () => {
    const stranger = { sentinel: build.sentinelFact('10.9.9.9') };
    expect(derive([stranger, stranger, {}]).problems).toEqual([
      'NV_REFUSED the Sentinels name 10.9.9.9 as master, which is no redis host of the inventory',
    ]);
  });

  test('when two masters have replicas and no majority decides', () => {
    const leading = { redis: build.redisMaster(1) };
    expect(derive([leading, leading, {}]).problems).toEqual([
      'NV_REFUSED n1 and n2 are Redis masters with replicas, and no majority of the Sentinels names one of them',
    ]);
  });
});

test('etcd exists once a member has data, and the web VIP has the holder whose interface carries it', () => {
  const held = { interface: 'eth0', address: '10.0.0.100', prefix: 24 };
  expect(derive([{}, { etcd: true, host: { addresses: [held] } }, {}])).toMatchObject({ etcd: { bootstrapped: true }, webVipHolder: 'n2' });
});

test('a cluster is managed when a host carries its own marker', () => {
  expect(isManaged(site, facts({}, { host: { cluster: 'other' } }))).toBe(false);
  expect(isManaged(site, facts({}, { host: { cluster: 'netvis' } }))).toBe(true);
});

test('templates get the interface and prefix of the address in the inventory', () => {
  const [host] = site.hosts;
  if (!host) throw new Error('no host');
  expect(systemFacts(host, factsOf({}, a))).toEqual({ interface: 'eth0', prefix: 24, cores: 2, memoryMb: 2048 });
  expect(systemFacts(host, factsOf({}, '10.0.0.99'))).toMatchObject({ interface: 'unknown', prefix: 0 });
  expect(systemFacts(host, {})).toEqual({ interface: 'unknown', prefix: 0, cores: 0, memoryMb: 0 });
});

describe('of a host is read', () => {
  test('what its roles say of the cluster, and whom it must reach', () => {
    const [n1] = site.hosts;
    const asked = n1 ? viewRequests(site, n1).map(({ source, key }) => `${source}:${key}`) : [];
    expect(asked.filter((each) => !each.startsWith('reach:'))).toEqual([
      'host:self',
      'postgres:/var/lib/netvis/pg',
      'redis:6379',
      'sentinel:26379 netvis-master',
      'etcd:/var/lib/netvis/etcd/data 2379',
    ]);
    expect(asked.filter((each) => each.includes(b))).toEqual(
      [21_301, 21_300, 5432, 6379, 2379, 2380, 26_379].map((port) => `reach:${b} ${port}`),
    );
    expect(asked.filter((each) => each.endsWith(' -'))).toEqual(['reach:10.0.0.100 -', 'reach:10.0.0.101 -', 'reach:10.0.0.102 -']);
  });

  test('nothing but the machine for a control host', () => {
    const control = buildSite(buildInventory({ hosts: { ...buildInventory().hosts, ctl: { address: '10.0.0.9', roles: ['control'] } } }));
    const ctl = control.hosts.find(({ name }) => name === 'ctl');
    expect(ctl && viewRequests(control, ctl)).toEqual([{ source: 'host', key: 'self' }]);
  });
});
