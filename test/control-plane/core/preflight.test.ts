import { describe, expect, test } from 'vitest';
import { buildSite } from '../../../control-plane/src/core/build-site.ts';
import type { HostFacts } from '../../../control-plane/src/core/facts/fact-source.ts';
import type { HostFact } from '../../../control-plane/src/core/facts/host.ts';
import type { ReachFact } from '../../../control-plane/src/core/facts/reach.ts';
import { type PreflightInput, preflight } from '../../../control-plane/src/core/preflight.ts';
import type { Site } from '../../../control-plane/src/core/site.ts';
import { hostFact } from '../../support/build-facts.ts';
import { buildInventory } from '../../support/build-inventory.ts';

const site = buildSite(buildInventory());
const nowMs = 1_700_000_000_000;

type Change = { host?: Partial<HostFact>; reach?: Record<string, ReachFact> };

/** Facts of all hosts, fine but for what is changed on n1. */
function factsWith({ host, reach }: Change, of: Site = site): Record<string, HostFacts> {
  const fine = of.hosts.map((each) => [each.name, { host: { self: hostFact(each.address) }, reach: {} }] as const);
  const [first] = of.hosts;
  return { ...Object.fromEntries(fine), n1: { host: { self: hostFact(first?.address ?? '', host) }, reach: reach ?? {} } };
}

function findings(change: Change, over: Partial<PreflightInput> = {}): readonly string[] {
  const of = over.site ?? site;
  return preflight({ site: of, facts: factsWith(change, of), nowMs, ...over }).map(
    ({ code, host, message }) => `${code} ${host}: ${message}`,
  );
}

test('fine hosts have no finding', () => {
  expect(findings({})).toEqual([]);
});

test('all findings of all hosts come at once', () => {
  const facts = {
    ...factsWith({ host: { arch: 'riscv64', memoryMb: 100 } }),
    n2: { host: { self: hostFact('10.0.0.12', { systemd: false }) } },
  };
  expect(preflight({ site, facts, nowMs }).map(({ host, code }) => `${host} ${code}`)).toEqual([
    'n1 NV_OS_UNSUPPORTED',
    'n1 NV_PREFLIGHT',
    'n2 NV_OS_UNSUPPORTED',
  ]);
});

describe('the system', () => {
  const ubuntu = { host: { os: { id: 'ubuntu', version: '24.04' } } };

  test('other than Debian 12 is not supported with the packages of the host', () => {
    expect(findings(ubuntu)).toEqual(['NV_OS_UNSUPPORTED n1: the system is ubuntu 24.04']);
    expect(findings({ host: { os: { id: 'debian', version: '11' } } })).toEqual(['NV_OS_UNSUPPORTED n1: the system is debian 11']);
    expect(findings({ host: { os: { id: '', version: '' } } })).toEqual(['NV_OS_UNSUPPORTED n1: the system is unknown']);
  });

  test('may be another one of the family with packages of pgdg', () => {
    const pgdg = buildSite(buildInventory({ packages: { source: 'pgdg' } }));
    expect(findings(ubuntu, { site: pgdg })).toEqual([]);
    expect(findings({ host: { os: { id: 'fedora', version: '42' } } }, { site: pgdg })).toHaveLength(1);
  });
});

test('memory and disk have a least size', () => {
  expect(findings({ host: { memoryMb: 128, freeMb: { root: 10, var: 511 } } })).toEqual([
    'NV_PREFLIGHT n1: memory: 128 MiB, at least 256 MiB are needed',
    'NV_PREFLIGHT n1: free disk of /: 10 MiB, at least 512 MiB are needed',
    'NV_PREFLIGHT n1: free disk of /var: 511 MiB, at least 512 MiB are needed',
  ]);
});

describe('the clock', () => {
  const readAt = Object.fromEntries(site.hosts.map(({ name }) => [name, { fromMs: nowMs - 1000, toMs: nowMs + 1000 }]));

  test.each([
    ['just ahead', nowMs + 3000, []],
    ['ahead', nowMs + 3100, ['NV_PREFLIGHT n1: the clock is 2.1 s ahead']],
    ['just behind', nowMs - 3000, []],
    ['behind', nowMs - 3100, ['NV_PREFLIGHT n1: the clock is 2.1 s behind']],
  ])('%s of the time in which it was read', (_, clockMs, expected) => {
    expect(findings({ host: { clockMs } }, { readAt })).toEqual(expected);
  });

  test('of an unknown time of reading may be a minute old', () => {
    expect(findings({ host: { clockMs: nowMs - 60_000 } })).toEqual([]);
    expect(findings({ host: { clockMs: nowMs - 70_000 } })).toEqual(['NV_PREFLIGHT n1: the clock is 10.0 s behind']);
    expect(findings({ host: { clockMs: nowMs + 2500 } })).toEqual(['NV_PREFLIGHT n1: the clock is 2.5 s ahead']);
  });
});

test("the inventory's address must be one of the host's own", () => {
  expect(findings({ host: { addresses: [{ interface: 'eth0', address: '10.0.0.77', prefix: 24 }] } })).toEqual([
    'NV_PREFLIGHT n1: no interface has the address 10.0.0.11',
  ]);
});

test('a host of another cluster is not taken over; one of this cluster is fine', () => {
  expect(findings({ host: { cluster: 'other' } })).toEqual(['NV_PREFLIGHT n1: the host carries the marker of the NetVis cluster other']);
  expect(findings({ host: { cluster: '' } })).toEqual(['NV_PREFLIGHT n1: the host carries a NetVis marker that cannot be read']);
  expect(findings({ host: { cluster: 'netvis' } })).toEqual([]);
});

describe('a port that is needed', () => {
  const listener = (port: number, unit: string) => ({ address: '0.0.0.0', port, process: 'x', unit });

  test('is fine when our own unit has it, and a finding when another one does', () => {
    const listeners = [listener(5432, 'postgresql@15-main.service'), listener(6379, 'redis-server.service'), listener(8008, '')];
    expect(findings({ host: { listeners } })).toEqual([
      'NV_PREFLIGHT n1: port 8008 is taken by x',
      'NV_PREFLIGHT n1: port 5432 is taken by x, unit postgresql@15-main.service',
    ]);
  });

  test('counts only on hosts with its role', () => {
    const few = buildSite(
      buildInventory({ app: {}, hosts: { ...buildInventory().hosts, n1: { address: '10.0.0.11', roles: ['redis'] } } }),
    );
    const listeners = [listener(80, 'apache2.service'), listener(21_301, ''), { ...listener(6379, ''), process: '' }];
    expect(findings({ host: { listeners } }, { site: few })).toEqual(['NV_PREFLIGHT n1: port 6379 is taken by an unknown process']);
  });

  test('of a host that is a member already are not judged', () => {
    const listeners = [{ address: '0.0.0.0', port: 8008, process: 'x', unit: '' }];
    expect(findings({ host: { listeners } })).toHaveLength(1);
    expect(findings({ host: { listeners, cluster: site.cluster } })).toEqual([]);
  });

  test('of the site is 80 on a host that is no load balancer', () => {
    const hosts = { ...buildInventory().hosts, fe: { address: '10.0.0.20', roles: ['frontend' as const] } };
    const apart = buildSite(buildInventory({ hosts }));
    const facts = { fe: { host: { self: hostFact('10.0.0.20', { listeners: [listener(80, 'apache2.service')] }) } } };
    expect(preflight({ site: apart, facts, nowMs }).map(({ message }) => message)).toEqual(['port 80 is taken by x, unit apache2.service']);
  });
});

describe('reachability', () => {
  const reach = { '10.0.0.12 5432': 'silent', '10.0.0.13 5432': 'refused' } as const;

  test('counts a refused connection as an answer and silence as a finding', () => {
    expect(findings({ reach })).toEqual(['NV_PREFLIGHT n1: n2 (10.0.0.12, port 5432) cannot be reached from here']);
  });

  test('does not blame the way to a host that is down itself', () => {
    const { n2: _, ...facts } = factsWith({ reach });
    expect(preflight({ site, facts, nowMs })).toEqual([]);
  });
});

describe('a VIP', () => {
  const reach = { '10.0.0.100 -': 'refused', '10.0.0.101 -': 'silent' } as const;

  test('that answers while no host holds it belongs to a stranger', () => {
    expect(findings({ reach })).toEqual(['NV_PREFLIGHT n1: the VIP 10.0.0.100 is held by a host that is not in the inventory']);
    expect(findings({ reach: { '10.0.0.100 -': 'unasked' } })).toEqual([]);
  });

  test('that one of the hosts holds is fine', () => {
    const facts = factsWith({ reach });
    const holder = hostFact('10.0.0.12', {
      addresses: [...hostFact('10.0.0.12').addresses, { interface: 'eth0', address: '10.0.0.100', prefix: 24 }],
    });
    expect(preflight({ site, facts: { ...facts, n2: { host: { self: holder } } }, nowMs })).toEqual([]);
  });

  test('cannot be judged while a host that may hold it is silent', () => {
    const { n3: _, ...facts } = factsWith({ reach });
    expect(preflight({ site, facts, nowMs })).toEqual([]);
  });
});
