import { expect, test } from 'vitest';
import { lockHosts, majorityOf } from '../../../../control-plane/src/core/run-lock/lock-hosts.ts';
import { statusSite } from '../../../support/build-readings.ts';

const site = statusSite();
const without = (...roles: readonly ('etcd' | 'postgres')[]) => ({
  ...site,
  byRole: { ...site.byRole, ...Object.fromEntries(roles.map((role) => [role, []])) },
});

test('the lock lives on the etcd hosts, else on the database hosts, else on all', () => {
  const names = (hosts: typeof site.hosts) => hosts.map(({ name }) => name);
  expect(lockHosts(site)).toEqual(names(site.byRole.etcd));
  expect(lockHosts(without('etcd'))).toEqual(names(site.byRole.postgres));
  expect(lockHosts(without('etcd', 'postgres'))).toEqual(names(site.hosts));
  expect(lockHosts(site).length).toBeGreaterThan(1);
});

test.each([
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 3],
  [5, 3],
])('of %i hosts %i are a majority', (count, majority) => {
  expect(majorityOf(count)).toBe(majority);
});
