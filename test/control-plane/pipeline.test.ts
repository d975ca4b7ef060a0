import { describe, expect, test } from 'vitest';
import { NvError } from '../../control-plane/src/core/errors.ts';
import type { RunReport } from '../../control-plane/src/core/run-event.ts';
import { apply, type Engine, startRun } from '../../control-plane/src/pipeline.ts';
import { buildRunSite } from '../support/build-run-site.ts';
import { memoryRunStore } from '../support/memory-run-store.ts';

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
    clock: { nowIso: () => now, monotonicMs: () => 0 },
    newRunId: () => 'run-1',
    clusterOf: async () => 'demo',
    openRun: async (id) => buildRunSite(await store.get(id)),
    closeRun: async (id) => void calls.push(`close ${id}`),
    queue: async ({ record }) => store.append(record.id, [{ event: 'report', ...done }]),
    drain: async () => void calls.push('drain'),
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

  test('ends as interrupted when nobody waits any longer, after the jobs in hand', async () => {
    const stop = new AbortController();
    const { engine, calls, store } = engineWith({ queue: async () => stop.abort() });
    const report = await apply(engine, request, { onEvent: () => undefined, signal: stop.signal });
    expect(report).toMatchObject({ outcome: 'interrupted' });
    expect(await store.report('run-1')).toMatchObject({ outcome: 'interrupted' });
    expect(calls).toEqual(['drain', 'release', 'close run-1']);
  });

  test('that its jobs in hand end after all keeps the report they wrote', async () => {
    const stop = new AbortController();
    const parts = engineWith({ queue: async () => stop.abort() });
    const end = () => parts.store.append('run-1', [{ event: 'report', ...done }]);
    const report = await apply({ ...parts.engine, drain: end }, request, { onEvent: () => undefined, signal: stop.signal });
    expect(report).toEqual(done);
    expect((await parts.store.events('run-1')).filter(({ event }) => event === 'report')).toHaveLength(1);
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
