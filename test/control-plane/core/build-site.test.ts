import { expect, test } from 'vitest';
import { buildSite, majorityOf } from '../../../control-plane/src/core/build-site.ts';
import { presets } from '../../../control-plane/src/core/timings.ts';
import { buildInventory, compactDocument } from '../../support/build-inventory.ts';

const { hosts } = compactDocument();

test('hosts keep the order of the file and know their index and roles', () => {
  const site = buildSite(buildInventory({ hosts: { ...hosts, ctl: { address: '10.0.0.9', roles: ['control'] } } }));
  expect(site.hosts.map(({ name, index }) => [name, index])).toEqual([
    ['n1', 0],
    ['n2', 1],
    ['n3', 2],
    ['ctl', 3],
  ]);
  expect(site.byRole.postgres.map(({ name }) => name)).toEqual(['n1', 'n2', 'n3']);
  expect(site.byRole.control.map(({ name }) => name)).toEqual(['ctl']);
});

test('the preset becomes its timings and the VIPs are taken apart', () => {
  const site = buildSite(buildInventory({ preset: 'wide', vips: { web: { address: '10.0.0.100/24', routerId: 51 } } }));
  expect(site.timings).toBe(presets.wide);
  expect(site.vips).toEqual({ web: { address: '10.0.0.100', prefix: 24, cidr: '10.0.0.100/24', routerId: 51 } });
});

test('the first hosts of their roles lead and the quorum is a majority, unless the inventory says otherwise', () => {
  const byDefault = buildSite(buildInventory());
  expect([byDefault.postgres.initialPrimary, byDefault.redis.initialMaster, byDefault.redis.quorum]).toEqual(['n1', 'n1', 2]);
  const chosen = buildSite(buildInventory({ postgres: { initialPrimary: 'n2' }, redis: { initialMaster: 'n3', quorum: 3 } }));
  expect([chosen.postgres.initialPrimary, chosen.redis.initialMaster, chosen.redis.quorum]).toEqual(['n2', 'n3', 3]);
});

test('a majority is more than half, of even numbers too', () => {
  expect([1, 2, 3, 4, 5].map(majorityOf)).toEqual([1, 2, 2, 3, 3]);
});

test("a host's ssh settings stand over those of all, and root needs no sudo", () => {
  const override = { user: 'deploy', port: 2222, become: { passwordSecret: 'sudo-lab' } };
  const site = buildSite(
    buildInventory({ ssh: { key: 'id', agent: false }, hosts: { ...hosts, n2: { ...hosts.n2, ssh: override } as never } }),
  );
  const common = { key: 'id', knownHosts: '~/.ssh/known_hosts', agent: false };
  expect(site.hosts[0]?.ssh).toEqual({ ...common, user: 'root', port: 22, become: { method: 'none' } });
  expect(site.hosts[1]?.ssh).toEqual({ ...common, user: 'deploy', port: 2222, become: { method: 'sudo', passwordSecret: 'sudo-lab' } });
});

test.each([
  ['ops@bastion.example.com:2200', 'ops@bastion.example.com:2200'],
  ['n2', 'deploy@10.0.0.12:2222'],
  ['ops@n2:99', 'ops@10.0.0.12:99'],
  ['10.0.0.12', 'deploy@10.0.0.12:2222'],
  ['v6', 'root@[fd00::6]:22'],
  ['[fd00::6]', 'root@[fd00::6]:22'],
  ['none', undefined],
])('the jump %s of a host becomes %s', (jump, expected) => {
  const site = buildSite(
    buildInventory({
      ssh: { jump: 'elsewhere' },
      hosts: {
        n1: { address: '10.0.0.11', roles: ['lb'], ssh: { jump } },
        n2: { address: '10.0.0.12', roles: ['lb'], ssh: { user: 'deploy', port: 2222 } },
        v6: { address: 'fd00::6', roles: ['control'] },
      },
    }),
  );
  expect(site.hosts[0]?.ssh.jump).toBe(expected);
  expect(site.hosts[1]?.ssh.jump).toBe('elsewhere');
});
