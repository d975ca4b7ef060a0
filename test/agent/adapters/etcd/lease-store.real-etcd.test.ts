import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { etcdLeaseStore } from '../../../../agent/src/adapters/etcd/lease-store.ts';
import type { LeaseStore } from '../../../../agent/src/ports/lease-store.ts';
import { growth, soakLease } from '../../../bench/lease-soak.ts';
import { leaseStoreContract } from '../../../contracts/lease-store.contract.ts';
import { type EtcdCluster, type EtcdMember, startEtcd } from '../../../support/etcd-cluster.ts';

let etcd: EtcdCluster;
const monotonicMs = () => performance.now();
const budgetMs = 20_000;

beforeAll(async () => {
  etcd = await startEtcd();
}, 90_000);

afterAll(() => etcd.stop());

/** Stores on keys of the test's own, asking `first` before the other members, and these after `hedgeMs`. */
function clients(first?: EtcdMember, hedgeMs = 120) {
  const root = `netvis/${randomUUID()}/`;
  const members = first === undefined ? etcd.members : [first, ...etcd.members.filter((each) => each !== first)];
  const endpoints = members.map(({ endpoint }) => endpoint);
  return (known: { clusterId?: string; revisionFloor?: string } = {}): LeaseStore => {
    const whole = { clusterId: null, revisionFloor: '0', ...known };
    const store = etcdLeaseStore({ endpoints, tls: etcd.tls, root, known: whole, hedgeMs, monotonicMs });
    onTestFinished(() => store.close());
    return store;
  };
}

describe('the lease store on a real etcd', () => {
  leaseStoreContract(async () => {
    const [first, ...others] = etcd.members.map(({ link }) => link);
    const set = (mode: 'pass' | 'mute' | 'refuse') => async () => etcd.members.forEach(({ link }) => void link.set(mode));
    onTestFinished(set('pass'));
    return {
      // Patient, so that on a busy machine too the first member is the one that answers first.
      client: clients(etcd.members[0], 1000),
      monotonicMs,
      loseOneReply: async () => first?.set('mute'),
      loseReplies: async () => {
        first?.set('mute');
        for (const link of others) link.set('refuse');
      },
      loseRequests: set('refuse'),
      heal: set('pass'),
    };
  });
});

/** One more renewal; the outcome must be a confirmation. */
function renewer(store: LeaseStore) {
  let revision = '0';
  return async () => {
    const nonce = randomUUID();
    const outcome = await store.swap({ key: 'state', expectRevision: revision, text: nonce, nonce, budgetMs });
    expect(outcome).toMatchObject({ kind: 'confirmed' });
    if (outcome.kind === 'confirmed') revision = outcome.revision;
  };
}

const aFollower = async () => {
  const leader = await etcd.leader();
  return etcd.members.find((each) => each !== leader) as EtcdMember;
};

describe('the lease store while members of etcd fail', () => {
  test('renewals go on when the leader dies', async () => {
    const leader = await etcd.leader();
    const renew = renewer(clients(leader)());
    await renew();
    await leader.kill();
    onTestFinished(() => leader.start());
    for (let n = 0; n < 5; n += 1) await renew();
  }, 60_000);

  test('renewals go on when the follower in use dies', async () => {
    const follower = await aFollower();
    const renew = renewer(clients(follower)());
    await renew();
    await follower.kill();
    onTestFinished(() => follower.start());
    for (let n = 0; n < 5; n += 1) await renew();
  }, 60_000);

  test.each(['leader', 'follower'])(
    'renewals go on when the %s in use freezes, and the thaw undoes none',
    async (role) => {
      const frozen = role === 'leader' ? await etcd.leader() : await aFollower();
      const client = clients(frozen);
      const renew = renewer(client());
      await renew();
      frozen.signal('SIGSTOP');
      onTestFinished(() => frozen.signal('SIGCONT'));
      for (let n = 0; n < 5; n += 1) await renew();
      const before = await client().read('state', budgetMs);
      frozen.signal('SIGCONT');
      await renew();
      expect(before).toMatchObject({ kind: 'value' });
    },
    60_000,
  );

  test('with all members down nothing is known, and what was confirmed is there when they come back', async () => {
    const store = clients()();
    const nonce = randomUUID();
    expect(await store.swap({ key: 'state', expectRevision: '0', text: nonce, nonce, budgetMs })).toMatchObject({ kind: 'confirmed' });
    await Promise.all(etcd.members.map((each) => each.kill()));
    const unavailable = { kind: 'unavailable', reason: expect.stringMatching(/.+; .+; .+/) };
    expect(await store.read('state', 500)).toEqual(unavailable);
    const late = randomUUID();
    expect(await store.swap({ key: 'state', expectRevision: '0', text: late, nonce: late, budgetMs: 500 })).toMatchObject({
      kind: 'unknown',
    });
    await Promise.all(etcd.members.map((each) => each.start()));
    expect(await store.read('state', budgetMs)).toMatchObject({ kind: 'value', text: nonce });
  }, 90_000);

  test('without a majority nothing is confirmed', async () => {
    const [first, second] = etcd.members;
    await Promise.all([first?.kill(), second?.kill()]);
    onTestFinished(async () => void (await Promise.all([first?.start(), second?.start()])));
    const nonce = randomUUID();
    const store = clients()();
    expect(await store.read('state', 500)).toMatchObject({ kind: 'unavailable' });
    expect(await store.swap({ key: 'state', expectRevision: '0', text: nonce, nonce, budgetMs: 500 })).toMatchObject({ kind: 'unknown' });
  }, 90_000);
});

test('with its compaction the database does not grow with the number of renewals', async () => {
  const points = await soakLease(etcd, { renewals: 1500, kept: 100, points: 15 }, () => undefined);
  expect(points.at(-1)?.renewals).toBe(1500);
  expect(growth(points, 100)).toBeLessThan(1.3);
}, 120_000);
