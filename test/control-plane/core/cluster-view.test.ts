import { describe, expect, test } from 'vitest';
import { buildSite } from '../../../control-plane/src/core/build-site.ts';
import { deriveLiveRoles, isManaged, systemFacts, viewRequests } from '../../../control-plane/src/core/cluster-view.ts';
import type { PostgresFact } from '../../../control-plane/src/core/facts/postgres.ts';
import * as build from '../../support/build-facts.ts';
import { buildInventory } from '../../support/build-inventory.ts';
import { a, b, blank, derive, facts, factsOf, onlyRole, site } from '../../support/derive-roles.ts';

const postgresOf = (...servers: readonly (PostgresFact | null)[]) => derive(servers.map((postgres) => postgres && { postgres }));

test('on a blank cluster the inventory names the roles', () => {
  expect(derive([{}, {}, {}])).toEqual({
    postgres: { bootstrapped: false, primary: 'n1', address: a, standbys: ['n2', 'n3'], primaryRuns: false },
    redis: { bootstrapped: false, master: 'n1', address: a },
    etcd: { bootstrapped: false, hasMajority: false },
    webVipHolder: null,
    problems: [],
  });
});

describe('the PostgreSQL primary is', () => {
  test('the one that runs as such, wherever the inventory began', () => {
    const view = postgresOf(build.stoppedServer(), build.runningPrimary(2), build.runningStandby(b));
    expect(view).toMatchObject({
      postgres: { bootstrapped: true, primary: 'n2', address: b, standbys: ['n1', 'n3'], primaryRuns: true, limits: {} },
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

test('etcd exists once a member has data, and the web VIP has the holder whose interface carries it', () => {
  const held = { interface: 'eth0', address: '10.0.0.100', prefix: 24 };
  expect(derive([{}, { etcd: true, host: { addresses: [held] } }, {}])).toMatchObject({ etcd: { bootstrapped: true }, webVipHolder: 'n2' });
});

test('etcd has a majority while more than half of its members see a leader, of those that cannot be read none', () => {
  const hasMajority = (...etcd: readonly (boolean | null)[]) =>
    derive(etcd.map((healthy) => (healthy === null ? null : { etcd: healthy }))).etcd.hasMajority;
  expect(hasMajority(true, true, null)).toBe(true);
  expect(hasMajority(true, false, false)).toBe(false);
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
      'run-lock:self',
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

  test('nothing but the machine and the run lock for a control host', () => {
    const control = buildSite(buildInventory({ hosts: { ...buildInventory().hosts, ctl: { address: '10.0.0.9', roles: ['control'] } } }));
    const ctl = control.hosts.find(({ name }) => name === 'ctl');
    expect(ctl && viewRequests(control, ctl)).toEqual([
      { source: 'host', key: 'self' },
      { source: 'run-lock', key: 'self' },
    ]);
  });
});
