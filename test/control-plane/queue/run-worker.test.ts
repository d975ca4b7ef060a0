import { expect, test } from 'vitest';
import { NvError } from '../../../control-plane/src/core/errors.ts';
import type { RunReport } from '../../../control-plane/src/core/run-event.ts';
import type { RunRecord, RunStore } from '../../../control-plane/src/ports/run-store.ts';
import { buildRunSite } from '../../support/build-run-site.ts';
import type { FakeRemoteHosts } from '../../support/fake-remote-hosts.ts';
import { memoryRunStore } from '../../support/memory-run-store.ts';
import { runWorker } from '../../support/run-worker.ts';

const record: RunRecord = {
  id: 'run-1',
  cluster: 'demo',
  mode: 'plan',
  inventoryText: 'cluster: demo\n',
  inventoryPath: '/etc/demo.yaml',
  forks: 1,
  maxFail: 0,
  lockEpoch: 0,
  createdAt: '2026-01-01T00:00:00.000Z',
  owner: 'ada@desk',
};

const plan = { kind: 'facts', purpose: 'plan', hosts: ['lb1', 'pg1'] } as const;

test('a run whose inventory can no longer be opened ends with a report that says why, once', async () => {
  const store = await storeWith(record);
  const gone = new NvError({ code: 'NV_ARTIFACT', message: 'api.tar.gz is not there' });
  const worker = await runWorker({ store, openRun: async () => Promise.reject(gone) });
  await worker.queue(buildRunSite(record), plan);
  expect(await reportOf(store)).toMatchObject({ outcome: 'failed', problems: [{ code: 'NV_ARTIFACT' }] });
  expect((await store.events('run-1')).map(({ event }) => event)).toEqual(['problem', 'report']);
});

test('a run ends with a report also when an event of its plan could not be stored', async () => {
  const store = await storeWith(record);
  let failures = 1;
  const append: RunStore['append'] = async (id, events) => {
    if (events.length > 0 && failures-- > 0) throw new NvError({ code: 'NV_QUEUE', message: 'out of memory' });
    return await store.append(id, events);
  };
  const worker = await runWorker({ store: { ...store, append } });
  await worker.queue(buildRunSite(record), plan);
  expect(await reportOf(store)).toMatchObject({ outcome: 'failed', problems: [{ code: 'NV_QUEUE' }] });
});

test('a job of an apply that no longer holds its cluster reads no host and ends the run as interrupted', async () => {
  const store = await storeWith({ ...record, mode: 'apply', lockEpoch: 7 });
  const asked: unknown[] = [];
  const isHeld = async (cluster: string, epoch: number) => {
    asked.push([cluster, epoch]);
    return false;
  };
  const run = buildRunSite(await store.get('run-1'));
  const worker = await runWorker({ store, lock: { isHeld }, openRun: async () => run });
  await worker.queue(run, plan);
  expect(await reportOf(store)).toMatchObject({ outcome: 'interrupted', problems: [{ code: 'NV_LOCKED' }] });
  expect(asked[0]).toEqual(['demo', 7]);
  expect((run.remotes as FakeRemoteHosts).calls).toEqual([]);
});

test('a run that was told to stop reads no more hosts and ends as interrupted, with how to go on', async () => {
  const store = await storeWith({ ...record, mode: 'apply' });
  await store.append('run-1', [{ event: 'stop', by: 'ada@desk' }]);
  const run = buildRunSite(await store.get('run-1'));
  const worker = await runWorker({ store, openRun: async () => run });
  await worker.queue(run, plan);
  const report = await reportOf(store);
  expect(report).toMatchObject({ outcome: 'interrupted', problems: [{ code: 'NV_INTERRUPTED' }] });
  expect(report?.problems[0]?.hint).toContain('apply --resume run-1');
  expect((run.remotes as FakeRemoteHosts).calls).toEqual([]);
});

test('a job of an attempt that was gone on with does nothing, and its failure does not end the run', async () => {
  const store = await storeWith({ ...record, mode: 'apply', lockEpoch: 1 });
  const old = buildRunSite(await store.get('run-1'));
  await store.reopen('run-1', { lockEpoch: 2, engine: 'e', owner: 'ada', resumedAt: record.createdAt });
  const opened: number[] = [];
  const openRun = async (id: string, lockEpoch: number) => {
    opened.push(lockEpoch);
    if (lockEpoch === 1) throw new Error('gone');
    return buildRunSite(await store.get(id));
  };
  const worker = await runWorker({ store, openRun });
  await worker.queue(old, { ...plan, hosts: [] });
  await worker.queue(buildRunSite(await store.get('run-1')), { ...plan, hosts: [] });
  expect(await reportOf(store)).not.toMatchObject({ problems: [{ message: 'gone' }] });
  expect(opened).toContain(1);
});

test('an apply with changes asks for the lock of the cluster before it queues a batch', async () => {
  const store = await storeWith({ ...record, mode: 'apply' });
  const worker = await runWorker({ store });
  await worker.queue(buildRunSite(record), { kind: 'lock' });
  expect(await store.events('run-1')).toMatchObject([{ event: 'lock', state: 'wanted' }]);
});

async function storeWith(run: RunRecord): Promise<RunStore> {
  const store = memoryRunStore();
  await store.create(run);
  return store;
}

/** The report of the run, once it is there. */
async function reportOf(store: RunStore): Promise<RunReport | null> {
  for await (const { event } of store.follow('run-1', 0, AbortSignal.timeout(20_000))) if (event === 'report') break;
  return await store.report('run-1');
}
