import { describe, expect, test } from 'vitest';
import { NvError } from '../../../control-plane/src/core/errors.ts';
import type { RunEvent } from '../../../control-plane/src/core/run-event.ts';
import { lockHosts } from '../../../control-plane/src/core/run-lock/lock-hosts.ts';
import type { SeenLock } from '../../../control-plane/src/core/run-lock/seen-lock.ts';
import { leadRun } from '../../../control-plane/src/execute/lead-run.ts';
import type { Next } from '../../../control-plane/src/execute/next.ts';
import { buildLive } from '../../support/build-live.ts';
import { buildRunRecord } from '../../support/build-run-record.ts';
import { buildRunSite } from '../../support/build-run-site.ts';
import { type Answer, fakeRemoteHosts } from '../../support/fake-remote-hosts.ts';
import { type MemoryClusterLock, memoryClusterLock } from '../../support/memory-cluster-lock.ts';
import { memoryRunStore } from '../../support/memory-run-store.ts';
import { stillClock } from '../../support/still-clock.ts';

const now = '2026-01-01T00:00:00.000Z';
const idle: Answer = () => ({ exitCode: 0, stdout: '@@netvis turn \n', stderr: '' });

type Given = { seen?: SeenLock; answer?: Answer; waitMs?: number; clusterLock?: MemoryClusterLock };

/** A run that has been planned, and what its lead does to it. */
async function planned({ seen = { given: 0, floor: 0 }, answer = idle, waitMs = 0, clusterLock = memoryClusterLock() }: Given = {}) {
  const store = memoryRunStore();
  const record = buildRunRecord();
  const remotes = fakeRemoteHosts({ answer });
  const site = { ...buildRunSite(record), lockRemotes: remotes };
  await store.create(record);
  await store.savePlan('run-1', { live: buildLive({}), systems: {}, lock: seen, batches: [] });
  const queued: [Next, number | undefined][] = [];
  const deps = {
    store,
    clusterLock,
    machine: 'desk',
    clock: stillClock(now),
    openRun: async () => site,
    queue: async (_: unknown, next: Next, epoch?: number) => void queued.push([next, epoch]),
  };
  const lead = leadRun(deps, record, { waitMs });
  const tell = (event: RunEvent) => lead.onEvent({ ...event, seq: 1, at: now });
  const events = async () => (await store.events('run-1')).map(({ seq: _, at: __, ...event }) => event);
  const take = (run: string) => clusterLock.acquire(place(site), claimOf(run), options);
  return { store, site, remotes, clusterLock, queued, lead, tell, events, take };
}

const options = { floor: 0, waitMs: 0, onWait: () => undefined, signal: new AbortController().signal };
const claimOf = (run: string) => ({ run, owner: 'bob@lap', machine: 'lap', reason: 'apply', since: now });
const place = (run: ReturnType<typeof buildRunSite>) => ({ cluster: 'demo', hosts: lockHosts(run.site), remotes: run.lockRemotes });
const wanted: RunEvent = { event: 'lock', state: 'wanted' };

describe('a run that wants the lock of its cluster', () => {
  test('goes on with its first batch under the new epoch when nobody changed the cluster since it was read', async () => {
    const { tell, lead, queued, events, take } = await planned();
    tell(wanted);
    await expect.poll(() => queued).toEqual([[{ kind: 'batch', index: 0 }, 1]]);
    await expect(take('other')).rejects.toMatchObject({ code: 'NV_LOCKED' });
    await lead.end();
    expect(await events()).toEqual([{ event: 'lock', state: 'held', epoch: 1 }]);
    await expect(take('other')).resolves.toMatchObject({ epoch: 2, broke: false });
  });

  test.each([
    ['another run held the lock since', { given: 3, floor: 0 }],
    ['too few lock hosts told of it', { given: null, floor: 0 }],
  ])('is planned anew when %s', async (_, seen) => {
    const { tell, lead, queued, events, site } = await planned({ seen });
    tell(wanted);
    await lead.end();
    expect(queued).toEqual([[{ kind: 'facts', purpose: 'plan', hosts: site.site.hosts.map(({ name }) => name) }, 1]]);
    expect((await events()).at(-1)).toEqual({ event: 'phase', phase: 'facts' });
  });

  test('gets an epoch above what any host has seen', async () => {
    const { tell, lead, queued } = await planned({ seen: { given: 0, floor: 9 } });
    tell(wanted);
    await lead.end();
    expect(queued.map(([, epoch]) => epoch)).toEqual([10]);
  });

  test('fails with the holder’s name when it may not wait', async () => {
    const { tell, lead, queued, store, take } = await planned();
    await take('other');
    tell(wanted);
    await lead.end();
    expect(await store.report('run-1')).toMatchObject({ outcome: 'failed', problems: [{ code: 'NV_LOCKED' }] });
    expect(queued).toEqual([]);
  });

  test('says whom it waits for, and ends as interrupted when it is stopped meanwhile', async () => {
    const { tell, lead, queued, store, events, take } = await planned({ waitMs: 60_000 });
    await take('other');
    tell(wanted);
    await expect.poll(events).toMatchObject([{ event: 'lock', state: 'waiting', holder: { run: 'other', owner: 'bob@lap' } }]);
    tell({ event: 'stop', by: 'ada' });
    await lead.end();
    expect(await store.report('run-1')).toMatchObject({ outcome: 'interrupted', problems: [{ code: 'NV_INTERRUPTED' }] });
    expect(queued).toEqual([]);
  });
});

describe('a lock that a dead run held', () => {
  async function broken(answer: Answer = idle) {
    const world = await planned({ answer });
    await world.take('dead');
    world.clusterLock.age(30_000);
    world.tell(wanted);
    await world.lead.end();
    return world;
  }

  test('is taken over once no batch of that run is at work anywhere, and the run is planned anew', async () => {
    const { remotes, site, queued } = await broken();
    expect(remotes.calls.map(({ host }) => host).sort()).toEqual(site.site.hosts.map(({ name }) => name).sort());
    expect(queued).toMatchObject([[{ kind: 'facts' }, 2]]);
  });

  test('is taken over without the hosts that cannot be reached', async () => {
    const { queued } = await broken(() => {
      throw new NvError({ code: 'NV_SSH_UNREACHABLE', message: 'refused' });
    });
    expect(queued).toHaveLength(1);
  });

  const obstacles = [
    { what: 'whose batch goes on and on on a host', answer: { exitCode: 1, stdout: '@@netvis locked\n', stderr: '' }, code: 'NV_LOCKED' },
    { what: 'on a host that cannot keep the epoch', answer: { exitCode: 9, stdout: '', stderr: '' }, code: 'NV_STEP_FAILED' },
  ];

  test.each(obstacles)('$what ends the run before it changes anything', async ({ answer, code }) => {
    const { store, queued } = await broken(() => answer);
    expect(await store.report('run-1')).toMatchObject({ outcome: 'failed', problems: [{ code }] });
    expect(queued).toEqual([]);
  });
});

describe('a run that is told to stop', () => {
  test('ends its batches at work by an epoch above its own, on their hosts alone', async () => {
    const { tell, lead, remotes, queued } = await planned();
    tell(wanted);
    await expect.poll(() => queued).toHaveLength(1);
    tell({ event: 'stage', stage: 'base', state: 'start', hosts: ['lb1'] });
    tell({ event: 'stage', stage: 'base', state: 'done', hosts: ['lb1'] });
    tell({ event: 'stage', stage: 'app', state: 'start', hosts: ['api1', 'api2'] });
    tell({ event: 'stop', by: 'ada' });
    await lead.end();
    expect(remotes.calls.map(({ host }) => host)).toEqual(['api1', 'api2']);
    expect(remotes.calls[0]?.script).toContain('echo 2 >');
  });

  test('tells no host when none is at work', async () => {
    const { tell, lead, remotes } = await planned();
    tell({ event: 'stop', by: 'ada' });
    await lead.end();
    expect(remotes.calls).toEqual([]);
  });
});

test('a run whose lock was broken ends as interrupted', async () => {
  const { tell, lead, queued, store, clusterLock, take } = await planned();
  tell(wanted);
  await expect.poll(() => queued).toHaveLength(1);
  clusterLock.age(30_000);
  await take('other');
  clusterLock.beat();
  await lead.end();
  expect(await store.report('run-1')).toMatchObject({ outcome: 'interrupted', problems: [{ code: 'NV_LOCKED' }] });
});
