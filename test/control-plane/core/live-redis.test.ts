import { describe, expect, test } from 'vitest';
import { buildSite } from '../../../control-plane/src/core/build-site.ts';
import { deriveLiveRoles } from '../../../control-plane/src/core/cluster-view.ts';
import * as build from '../../support/build-facts.ts';
import { buildInventory } from '../../support/build-inventory.ts';
import { a, b, c, derive, onlyRole } from '../../support/derive-roles.ts';

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
    const view = derive([{ redis: build.redisMaster(), sentinel: build.sentinelFact(b) }, { redis: build.redisMaster(1) }, null]);
    expect(view).toMatchObject({ redis: { master: 'n2' }, problems: [] });
  });

  test('not the one that just half of the Sentinels name', () => {
    const even = buildSite(
      buildInventory({ app: {}, hosts: { ...onlyRole('lb', 'postgres', 'etcd', 'redis'), ...sentinels('s1', 's2') } }),
    );
    const named = { sentinel: { '26379 netvis-master': build.sentinelFact('10.9.9.9') } };
    expect(deriveLiveRoles(even, { s1: named })).toMatchObject({
      live: { redis: { master: 'n1' } },
      problems: [{ message: 'no majority of the Sentinels names a Redis master; s1 names 10.9.9.9, the servers speak for n1' }],
    });
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

  test('of masters without replicas the only one with data, wherever the inventory began', () => {
    const view = derive([{ redis: build.redisMaster() }, { redis: build.redisMaster(0, 7) }, {}]);
    expect(view).toMatchObject({ redis: { master: 'n2' }, problems: [] });
  });

  test('the one a majority names, also beside another master with data', () => {
    const named = build.sentinelFact(b);
    const view = derive([{ sentinel: named, redis: build.redisMaster(0, 7) }, { sentinel: named, redis: build.redisMaster(0, 7) }, {}]);
    expect(view).toMatchObject({ redis: { master: 'n2' }, problems: [] });
  });
});

describe('Redis refuses the run', () => {
  test('when the Sentinels name a host that is not in the inventory', () => {
    const stranger = { sentinel: build.sentinelFact('10.9.9.9') };
    expect(derive([stranger, stranger, {}]).problems).toEqual([
      'NV_REFUSED the Sentinels name 10.9.9.9 as master, which is no redis host of the inventory',
    ]);
  });

  test.each([
    ['have replicas', build.redisMaster(1), build.redisMaster(1)],
    ['hold keys', build.redisMaster(0, 1), build.redisMaster(0, 1)],
    ['may hold data', build.redisMaster(1), { ...build.redisMaster(), loading: true }],
  ])('when two masters %s and no majority decides', (_, first, second) => {
    expect(derive([{ redis: first }, { redis: second }, {}]).problems).toEqual([
      'NV_REFUSED n1 and n2 are Redis masters with data or replicas, and no majority of the Sentinels names one of them',
    ]);
  });

  test('when the servers speak against a Sentinel that answers, though it has no majority', () => {
    const alone = { redis: build.redisMaster(), sentinel: build.sentinelFact(b) };
    expect(derive([alone, null, {}]).problems).toEqual([
      'NV_REFUSED no majority of the Sentinels names a Redis master; n1 names 10.0.0.12, the servers speak for n1',
    ]);
    expect(derive([{ ...alone, sentinel: { ...build.sentinelFact(b), running: false } }, null, {}]).problems).toEqual([]);
  });
});

function sentinels(...names: readonly string[]) {
  return Object.fromEntries(names.map((name, i) => [name, { address: `10.0.0.3${i}`, roles: ['sentinel' as const] }]));
}
