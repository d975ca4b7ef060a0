import { describe, expect, test } from 'vitest';
import { NvError } from '../../control-plane/src/core/errors.ts';
import type { RunReport } from '../../control-plane/src/core/run-event.ts';
import { apply, type Engine, resumeRun, startRun, watchRun } from '../../control-plane/src/pipeline.ts';
import { buildRunRecord } from '../support/build-run-record.ts';
import { buildRunSite } from '../support/build-run-site.ts';
import { memoryClusterLock } from '../support/memory-cluster-lock.ts';
import { memoryRunStore } from '../support/memory-run-store.ts';
import { stillClock } from '../support/still-clock.ts';

const now = '2026-01-01T00:00:00.000Z';
const request = {
  inventoryText: 'cluster: demo\n',
  inventoryPath: '/etc/demo.yaml',
  forks: 1,
  maxFail: 0,
  owner: 'ada@desk',
  waitLockMs: 0,
};

const done = { run: 'run-1', mode: 'apply', outcome: 'done', changed: 0, hosts: {}, problems: [], ms: 1 } as const satisfies RunReport;

/** An engine whose queue ends every run at once; `calls` tells what became of lock and run, in order. */
function engineWith(changes: Partial<Engine>) {
  const calls: string[] = [];
  const store = memoryRunStore();
  const engine: Engine = {
    id: 'engine-1',
    store,
    lock: lockWith(calls, new AbortController().signal),
    clock: stillClock(now),
    clusterLock: memoryClusterLock(),
    machine: 'desk',
    newRunId: () => 'run-1',
    clusterOf: async () => 'demo',
    openRun: async (id) => buildRunSite(await store.get(id)),
    closeRun: async (id) => void calls.push(`close ${id}`),
    queue: async ({ record }) => void (await store.append(record.id, [{ event: 'report', ...done }])),
    lost: new AbortController().signal,
    ...changes,
  };
  return { engine, store, calls };
}

describe('a run that cannot be queued', () => {
  test.each<[string, Partial<Engine>]>([
    ['because its inventory cannot be opened', { openRun: refuse }],
    ['because the queue takes no job', { queue: refuse }],
  ])('%s ends with a report that says so, and its lock is free', async (_, broken) => {
    const { engine, store, calls } = engineWith(broken);
    await expect(startRun(engine, { ...request, mode: 'apply' })).rejects.toMatchObject({ code: 'NV_ARTIFACT' });
    expect(await store.report('run-1')).toMatchObject({ outcome: 'failed', problems: [{ code: 'NV_ARTIFACT' }] });
    expect((await store.events('run-1')).slice(-2).map(({ event }) => event)).toEqual(['problem', 'report']);
    expect(calls).toEqual(['close run-1', 'release']);
  });

  test('is not stored when its cluster is locked', async () => {
    const locked = new NvError({ code: 'NV_LOCKED', message: 'somebody changes it' });
    const { engine, store } = engineWith({ lock: { acquire: async () => Promise.reject(locked), isHeld: async () => false } });
    await expect(startRun(engine, { ...request, mode: 'apply' })).rejects.toBe(locked);
    expect(await store.list(10)).toEqual([]);
  });
});

describe('a run that is watched', () => {
  test('gives its report, its lock and its connections back at the end', async () => {
    const { engine, calls } = engineWith({});
    const seen: string[] = [];
    const report = await apply(engine, request, { onEvent: ({ event }) => void seen.push(event), signal: new AbortController().signal });
    expect(report).toMatchObject({ outcome: 'done' });
    expect(seen).toEqual(['run', 'phase', 'report']);
    expect(calls).toEqual(['release', 'close run-1']);
  });

  test('is told to stop when nobody waits any longer, and watched until what is queued has ended it', async () => {
    const stop = new AbortController();
    const { engine, calls, store } = engineWith({ queue: async () => stop.abort() });
    const seen: string[] = [];
    const onEvent = ({ event }: { event: string }) => {
      seen.push(event);
      if (event === 'stop') void store.append('run-1', [{ event: 'report', ...done, outcome: 'interrupted' }]);
    };
    expect(await apply(engine, request, { onEvent, signal: stop.signal })).toMatchObject({ outcome: 'interrupted' });
    expect(seen).toEqual(['run', 'phase', 'stop', 'report']);
    expect((await store.events('run-1'))[2]).toMatchObject({ event: 'stop', by: 'ada@desk' });
    expect(calls).toEqual(['release', 'close run-1']);
  });

  test('that ends just before it is told to stop keeps its report', async () => {
    const stop = new AbortController();
    const { engine, store } = engineWith({});
    const onEvent = ({ event }: { event: string }) => void (event === 'report' && stop.abort());
    expect(await apply(engine, request, { onEvent, signal: stop.signal })).toMatchObject({ outcome: 'done' });
    expect((await store.events('run-1')).map(({ event }) => event)).toEqual(['run', 'phase', 'report']);
  });

  test('that cannot be led ends its watching with the reason', async () => {
    const { engine, calls } = engineWith({ queue: async () => undefined });
    const gone = new NvError({ code: 'NV_QUEUE', message: 'gone' });
    const store = { ...engine.store, report: async () => Promise.reject(gone) };
    const broken = { ...engine, store, queue: async () => void (await engine.store.append('run-1', [{ event: 'lock', state: 'wanted' }])) };
    await expect(apply(broken, request, { onEvent: () => undefined, signal: new AbortController().signal })).rejects.toBe(gone);
    expect(calls).toEqual(['release', 'close run-1']);
  });
});

describe('a run that is gone on with', () => {
  const again = { id: 'run-1', owner: 'bob@lap', waitLockMs: 0 };
  const watch = { onEvent: () => undefined, signal: new AbortController().signal };

  async function interruptedRun() {
    const parts = engineWith({ id: 'engine-2' });
    await parts.store.create(buildRunRecord({ engine: 'engine-1', limit: 'pg1', serial: '1', maxFail: 2 }));
    await parts.store.append('run-1', [
      { event: 'phase', phase: 'facts' },
      { event: 'stop', by: 'ada' },
      { event: 'report', ...done, outcome: 'interrupted' },
    ]);
    return parts;
  }

  test('keeps what was asked for, under a new lock, and tells the events of the new attempt', async () => {
    const { engine, store, calls } = await interruptedRun();
    const before = await store.get('run-1');
    const seen: string[] = [];
    const report = await watchRun(engine, await resumeRun(engine, again), { ...watch, onEvent: ({ event }) => void seen.push(event) });
    expect(report).toMatchObject({ outcome: 'done' });
    expect(seen).toEqual(['run', 'phase', 'report']);
    expect(await store.get('run-1')).toEqual({ ...before, owner: 'bob@lap', engine: 'engine-2', lockEpoch: 7, resumedAt: now });
    expect(await store.isStopping('run-1')).toBe(false);
    expect(calls).toEqual(['release', 'close run-1']);
  });

  test('may have been left without a report by a process that was killed', async () => {
    const { engine, store } = engineWith({});
    await store.create(buildRunRecord());
    await store.append('run-1', [{ event: 'phase', phase: 'facts' }]);
    expect(await watchRun(engine, await resumeRun(engine, again), watch)).toMatchObject({ outcome: 'done' });
  });

  test('is left as it is while somebody carries it out', async () => {
    const { engine, store } = await interruptedRun();
    const locked = new NvError({ code: 'NV_LOCKED', message: 'it goes on' });
    const lock = { acquire: async () => Promise.reject(locked), isHeld: async () => false };
    await expect(resumeRun({ ...engine, lock }, again)).rejects.toBe(locked);
    expect(await store.report('run-1')).toMatchObject({ outcome: 'interrupted' });
  });

  test('is refused when it ended as done while its lock was waited for, and the lock is free', async () => {
    const { engine, store, calls } = engineWith({});
    await store.create(buildRunRecord());
    const { lock } = engine;
    const acquire: typeof lock.acquire = async (...args) => {
      await store.append('run-1', [{ event: 'report', ...done }]);
      return await lock.acquire(...args);
    };
    await expect(resumeRun({ ...engine, lock: { ...lock, acquire } }, again)).rejects.toMatchObject({ code: 'NV_RUN_ENDED' });
    expect(calls).toEqual(['release']);
  });

  test.each([
    ['unknown', null, 'NV_RUN_UNKNOWN'],
    ['no apply', buildRunRecord({ mode: 'plan' }), 'NV_USAGE'],
  ])('is refused when it is %s', async (_, record, code) => {
    const { engine, store } = engineWith({});
    if (record) await store.create(record);
    await expect(resumeRun(engine, again)).rejects.toMatchObject({ code });
  });
});

test('a run that loses the lock of its cluster ends as interrupted, with the reason', async () => {
  const lost = new AbortController();
  const { engine } = engineWith({ lock: lockWith([], lost.signal), queue: async () => void setImmediate(() => lost.abort()) });
  const report = await apply(engine, request, { onEvent: () => undefined, signal: new AbortController().signal });
  expect(report).toMatchObject({ outcome: 'interrupted', problems: [{ code: 'NV_LOCKED' }] });
});

function lockWith(calls: string[], lost: AbortSignal): Engine['lock'] {
  return { acquire: async () => ({ epoch: 7, lost, release: async () => void calls.push('release') }), isHeld: async () => true };
}

function refuse(): Promise<never> {
  return Promise.reject(new NvError({ code: 'NV_ARTIFACT', message: 'api.tar.gz is not there' }));
}
