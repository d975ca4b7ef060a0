import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { hostsOf, labFiles, wantedOf } from '../lab/layout.ts';
import { isDebianLike } from '../lab/machine.ts';
import { chooseClaim } from '../lab/networks.ts';
import { type Shape, shapes } from '../lab/shapes.ts';
import { renderStatus } from '../lab/status-table.ts';

const defaultHosts = (shape: Shape) => hostsOf(chooseClaim(wantedOf('default', shape), [], new Set()));

type InventoryHost = { readonly address: string; readonly ssh?: { readonly user?: string } };

describe('the hosts of the default labs', () => {
  test('have the addresses that inventories name', () => {
    expect(defaultHosts('full').map(({ name, address }) => `${name} ${address}`)).toEqual([
      'lb1 10.88.0.11',
      'lb2 10.88.0.12',
      'api1 10.88.0.13',
      'api2 10.88.0.14',
      'fe1 10.88.0.15',
      'fe2 10.88.0.16',
      'pg1 10.88.0.17',
      'pg2 10.88.0.18',
      'redis1 10.88.0.19',
      'redis2 10.88.0.20',
      'sentinel1 10.88.0.21',
      'sentinel2 10.88.0.22',
      'sentinel3 10.88.0.23',
    ]);
    expect(defaultHosts('compact').map(({ address }) => address)).toEqual(['10.88.1.11', '10.88.1.12', '10.88.1.13']);
  });

  test.each([
    ['full', 'lab.yaml'],
    ['compact', 'lab-compact.yaml'],
  ] as const)('are those of the %s inventory, with the same logins', async (shape, file) => {
    const text = await readFile(join(import.meta.dirname, '../../inventory', file), 'utf8');
    const { hosts } = parse(text) as { readonly hosts: Readonly<Record<string, InventoryHost>> };
    const written = Object.entries(hosts).map(([name, host]) => ({ name, address: host.address, login: host.ssh?.user ?? 'root' }));
    expect(written).toEqual(defaultHosts(shape).map(({ name, address, login }) => ({ name, address, login })));
  });

  test('let in as root, by sudo, and by sudo with a password, in either shape', () => {
    for (const hosts of Object.values(shapes))
      expect(new Set(hosts.map(({ login }) => login))).toEqual(new Set(['root', 'netvis', 'deploy']));
  });
});

test.each(['full', 'Lab', '../x', '', 'a'.repeat(21)])('"%s" is refused as the name of a lab', (name) => {
  expect(() => labFiles(name)).toThrow(expect.objectContaining({ code: 'NV_USAGE' }));
});

test.each([
  ['ID=debian', true],
  ['NAME=x\nID="ubuntu"\nVERSION_ID="24.04"', true],
  ['ID=linuxmint\nID_LIKE="ubuntu debian"', true],
  ['ID=fedora\nID_LIKE="rhel"', false],
  ['', false],
])('os-release %j is one the lab runs on: %s', (text, answer) => {
  expect(isDebianLike(text)).toBe(answer);
});

test('the status of a lab is a table of its hosts', () => {
  const host = { host: 'n2', address: '10.88.1.12', login: 'netvis', sudo: 'no-password', state: 'on', link: 'cut', ssh: false } as const;
  expect(renderStatus({ lab: 'default', shape: 'compact', hosts: [{ ...host, bootMs: 640, leader: 7 }] }).split('\n')).toEqual([
    'lab default, compact',
    'HOST  ADDRESS     STATE  LINK  SSH  LOGIN          LAST BOOT',
    'n2    10.88.1.12  on     cut   -    netvis (sudo)  0.6 s',
  ]);
});
