import { describe, expect, it } from 'vitest';
import { buildSite } from '../../../control-plane/src/core/build-site.ts';
import { etcdData, etcdKey } from '../../../control-plane/src/core/facts/etcd.ts';
import { guardQuorum } from '../../../control-plane/src/core/quorum-guard.ts';
import { buildInventory } from '../../support/build-inventory.ts';
import { buildLive } from '../../support/build-live.ts';

const site = buildSite(buildInventory());
const etcd = { stage: 'etcd', part: 'etcd', quorum: 'etcd', onBootstrap: 'together', onChange: 'one-by-one' } as const;
const running = buildLive({ etcd: { bootstrapped: true, hasMajority: true }, redis: { bootstrapped: true, master: 'n1', address: '' } });
const member = (healthy: boolean) => ({ etcd: { [etcdKey(etcdData, site.etcd.clientPort)]: { member: true, healthy } } });
const well = { n1: member(true), n2: member(true), n3: member(true) };

describe('guardQuorum', () => {
  it('lets members change that all can be read', () => {
    expect(guardQuorum(etcd, ['n1', 'n2'], { site, facts: well, live: running })).toEqual({ hosts: ['n1', 'n2'], problem: null });
  });

  it('touches no member while another cannot be read', () => {
    const { n3: _, ...two } = well;
    expect(guardQuorum(etcd, ['n1', 'n2'], { site, facts: two, live: running })).toMatchObject({
      hosts: [],
      problem: { code: 'NV_QUORUM' },
    });
    expect(guardQuorum({ ...etcd, quorum: 'sentinel' }, ['n1'], { site, facts: two, live: running })).toMatchObject({
      hosts: [],
      problem: { code: 'NV_QUORUM' },
    });
  });

  it('lets the ailing member change first', () => {
    expect(guardQuorum(etcd, ['n1', 'n2'], { site, facts: { ...well, n2: member(false) }, live: running }).hosts).toEqual(['n2', 'n1']);
  });

  it('lets the members that are there be brought back when there is no majority to lose', () => {
    const live = buildLive({ etcd: { bootstrapped: true, hasMajority: false } });
    const { n3: _, ...two } = well;
    expect(guardQuorum(etcd, ['n1', 'n2'], { site, facts: two, live })).toEqual({ hosts: ['n1', 'n2'], problem: null });
  });

  it('does not mind a quorum that is only being made, a stage without one, or nothing to change', () => {
    const facts = { n1: member(false) };
    expect(guardQuorum(etcd, ['n1'], { site, facts, live: buildLive({}) })).toEqual({ hosts: ['n1'], problem: null });
    const { quorum: _, ...plain } = etcd;
    expect(guardQuorum(plain, ['n1'], { site, facts, live: running })).toEqual({ hosts: ['n1'], problem: null });
    expect(guardQuorum(etcd, [], { site, facts, live: running })).toEqual({ hosts: [], problem: null });
  });
});
