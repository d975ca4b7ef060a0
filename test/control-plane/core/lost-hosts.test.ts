import { describe, expect, it } from 'vitest';
import { buildSite } from '../../../control-plane/src/core/build-site.ts';
import { planWithout } from '../../../control-plane/src/core/lost-hosts.ts';
import { sitePlaybookSchema } from '../../../control-plane/src/core/playbook.ts';
import type { LiveRoles } from '../../../control-plane/src/core/site.ts';
import { buildInventory } from '../../support/build-inventory.ts';
import { buildLive } from '../../support/build-live.ts';

const site = buildSite(buildInventory());
const playbook = sitePlaybookSchema.parse({
  stages: [
    { stage: 'base', part: 'base' },
    { stage: 'etcd', part: 'etcd', leader: 'etcd', quorum: 'etcd' },
    { stage: 'postgres', part: 'postgres', leader: 'postgres' },
    { stage: 'app', part: 'app' },
  ],
});
const all = ['n1', 'n2', 'n3'];
const blank = buildLive({ postgres: { bootstrapped: false, primary: 'n1', address: '', standbys: ['n2', 'n3'] } });
const running = { ...blank, etcd: { bootstrapped: true, hasMajority: true } };
const stages = (...names: string[]) => names.map((stage) => ({ stage, hosts: all }));

function without(
  { lost = [], failed = [] }: { lost?: string[]; failed?: string[] },
  live: LiveRoles,
  batches = stages('base', 'etcd', 'postgres', 'app'),
) {
  const after = planWithout({ live, batches }, { site, playbook, index: 0, lost: new Set(lost), failed: new Set(failed) });
  return { ...after, todo: after.plan.batches.slice(1).map(({ stage, hosts }) => `${stage}: ${hosts.join(' ')}`) };
}

describe('what goes on without a host', () => {
  it('is everything on the others when a host that nobody needs is lost', () => {
    const { todo, left, problems, plan } = without({ lost: ['n3'] }, blank);
    expect(todo).toEqual(['etcd: n1 n2', 'postgres: n1 n2', 'app: n1 n2']);
    expect(left).toEqual(['etcd', 'postgres', 'app'].map((stage) => ({ host: 'n3', stage, why: 'the host was lost' })));
    expect(problems).toEqual([]);
    expect(plan.live.postgres.standbys).toEqual(['n2']);
  });

  it('is no stage that needs the lost primary', () => {
    const { todo, left } = without({ lost: ['n1'] }, blank);
    expect(todo).toEqual(['etcd: n2 n3', 'postgres: ', 'app: n2 n3']);
    expect(left).toContainEqual({ host: 'n2', stage: 'postgres', why: 'n1, which this stage needs, was lost' });
  });

  it('is no change to a running quorum that misses the lost member, and it is said', () => {
    const { todo, problems } = without({ lost: ['n3'] }, running);
    expect(todo).toEqual(['etcd: ', 'postgres: n1 n2', 'app: n1 n2']);
    expect(problems).toMatchObject([{ code: 'NV_QUORUM', message: expect.stringContaining('etcd is left out on n1, n2: n3') }]);
  });

  it('is nothing more of the stage it was lost in: the change itself may have cut it off', () => {
    const batches = [
      { stage: 'app', hosts: ['n1'] },
      { stage: 'app', hosts: ['n2', 'n3'] },
    ];
    expect(without({ lost: ['n1'] }, blank, batches).todo).toEqual(['app: ']);
    expect(without({ failed: ['n1'] }, blank, batches).todo).toEqual(['app: n2 n3']);
  });

  it('is all else where a step of a host failed', () => {
    const { todo, left } = without({ failed: ['n2'] }, running);
    expect(todo).toEqual(['etcd: n1 n3', 'postgres: n1 n3', 'app: n1 n3']);
    expect(left[0]).toEqual({ host: 'n2', stage: 'etcd', why: 'an earlier stage failed' });
  });
});
