import { expect, test } from 'vitest';
import type { RunEvent, StoredEvent } from '../../control-plane/src/core/run-event.ts';
import type { RunPlan, RunRecord, RunStore } from '../../control-plane/src/ports/run-store.ts';

const phase: RunEvent = { event: 'phase', phase: 'facts' };
const step: RunEvent = { event: 'step', host: 'pg1', stage: 'base', step: 'hosts file', outcome: 'changed', summary: 'näive "text"\n' };

function reportOf(run: string): Extract<RunEvent, { event: 'report' }> {
  const hosts = { pg1: { ok: 1, changed: 2, failed: 0, skipped: 0, ms: 3 } };
  return { event: 'report', run, mode: 'apply', outcome: 'done', changed: 2, hosts, problems: [], ms: 4 };
}

/** A run created `second` seconds after the hour. */
export function runRecord(id: string, second = 0): RunRecord {
  const createdAt = new Date(Date.UTC(2026, 10, 23, 12, 0, second)).toISOString();
  const text = { cluster: 'lab', inventoryText: 'cluster: lab\n', inventoryPath: '/site/lab.yaml', owner: 'op@laptop' };
  return { id, mode: 'apply', forks: 10, maxFail: 0, lockEpoch: 1, createdAt, ...text };
}

const plan: RunPlan = {
  live: {
    postgres: { bootstrapped: true, primary: 'pg1', address: '10.0.0.1' },
    redis: { bootstrapped: false, master: 'redis1', address: '10.0.0.2' },
    etcd: { bootstrapped: false },
    webVipHolder: null,
  },
  systems: { pg1: { interface: 'host0', prefix: 24, cores: 2, memoryMb: 512 } },
  batches: [{ stage: 'base', hosts: ['pg1'] }],
  lock: { given: 3, floor: 4 },
};

async function collect(events: AsyncIterable<StoredEvent>): Promise<StoredEvent[]> {
  const all: StoredEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

const seqs = (events: readonly StoredEvent[]) => events.map(({ seq }) => seq);

/** What every run store must do. `open` gives an empty one. */
export function runStoreContract(open: () => Promise<RunStore>): void {
  const patience = () => AbortSignal.timeout(5000);

  async function withRun(): Promise<RunStore> {
    const store = await open();
    await store.create(runRecord('one'));
    return store;
  }

  test('a run is read as it was created, and the first creation counts', async () => {
    const store = await withRun();
    await store.create({ ...runRecord('one'), owner: 'another' });
    expect(await store.get('one')).toEqual(runRecord('one'));
  });

  test('a run nobody created is unknown to every question', async () => {
    const store = await open();
    const asks = [
      () => store.get('no'),
      () => store.plan('no'),
      () => store.savePlan('no', plan),
      () => store.append('no', [phase]),
      () => store.reopen('no', { lockEpoch: 2, engine: 'e', owner: 'o', resumedAt: '2026-01-01T00:00:00.000Z' }),
      () => store.events('no'),
      () => store.report('no'),
      () => collect(store.follow('no', 0, patience())),
    ];
    for (const ask of asks) await expect(ask()).rejects.toMatchObject({ code: 'NV_RUN_UNKNOWN' });
    expect(await store.list(10)).toEqual([]);
  });

  test('a plan is read as it was saved, and its absence is told', async () => {
    const store = await withRun();
    await expect(store.plan('one')).rejects.toMatchObject({ code: 'NV_RUN_UNKNOWN' });
    await store.savePlan('one', plan);
    expect(await store.plan('one')).toEqual(plan);
  });

  test('events are numbered from 1 in order, over several writers', async () => {
    const store = await withRun();
    await store.append('one', []);
    await Promise.all([store.append('one', [phase, phase]), store.append('one', [phase, phase]), store.append('one', [phase])]);
    const events = await store.events('one');
    expect(seqs(events)).toEqual([1, 2, 3, 4, 5]);
    expect(events.every(({ at }) => new Date(at).toISOString() === at)).toBe(true);
  });

  test('an event is read as it was written', async () => {
    const store = await withRun();
    await store.append('one', [step]);
    expect((await store.events('one'))[0]).toMatchObject(step);
  });

  test('nothing is added to a run that has its report, until it is opened again', async () => {
    const store = await withRun();
    expect(await store.report('one')).toBeNull();
    expect(await store.append('one', [phase, reportOf('one')])).toBe(true);
    const { event: _, ...report } = reportOf('one');
    expect(await store.report('one')).toEqual(report);
    expect(await store.list(1)).toEqual([{ ...runRecord('one'), report }]);
    expect(await store.append('one', [phase])).toBe(false);
    expect(await store.append('one', [{ ...reportOf('one'), changed: 9 }])).toBe(false);
    expect(await store.report('one')).toEqual(report);
    const changes = { lockEpoch: 2, engine: 'another', owner: 'second@desk', resumedAt: '2026-01-01T00:00:00.000Z' };
    expect(await store.reopen('one', changes)).toEqual({ ...runRecord('one'), ...changes });
    expect(await store.get('one')).toMatchObject(changes);
    expect(await store.report('one')).toBeNull();
    expect(await store.list(1)).toEqual([{ ...runRecord('one'), ...changes }]);
    expect(await store.append('one', [phase])).toBe(true);
    expect(seqs(await store.events('one'))).toEqual([1, 2, 3]);
  });

  test('a run is stopping from its stop on until it is opened again', async () => {
    const store = await withRun();
    expect(await store.isStopping('one')).toBe(false);
    await store.append('one', [{ event: 'stop', by: 'ada@desk' }, phase]);
    await store.append('one', [phase]);
    expect(await store.isStopping('one')).toBe(true);
    await store.append('one', [reportOf('one')]);
    await store.reopen('one', { lockEpoch: 2, engine: 'another', owner: 'ada@desk', resumedAt: '2026-01-01T00:00:00.000Z' });
    expect(await store.isStopping('one')).toBe(false);
  });

  test('following a finished run yields what is asked for and ends', async () => {
    const store = await withRun();
    await store.append('one', [phase, step, reportOf('one')]);
    expect(seqs(await collect(store.follow('one', 0, patience())))).toEqual([1, 2, 3]);
    expect(seqs(await collect(store.follow('one', 2, patience())))).toEqual([3]);
    expect(await collect(store.follow('one', 3, patience()))).toEqual([]);
  });

  test('following a run that goes on waits for its report, for several followers at once', async () => {
    const store = await withRun();
    await store.append('one', [phase]);
    const followers = Promise.all([collect(store.follow('one', 0, patience())), collect(store.follow('one', 1, patience()))]);
    await store.append('one', [step]);
    await store.append('one', [reportOf('one')]);
    expect((await followers).map(seqs)).toEqual([
      [1, 2, 3],
      [2, 3],
    ]);
  });

  test('a run that was resumed after its report is followed to the last one', async () => {
    const store = await withRun();
    await store.append('one', [phase, reportOf('one')]);
    await store.reopen('one', { lockEpoch: 2, engine: 'another', owner: 'ada@desk', resumedAt: '2026-01-01T00:00:00.000Z' });
    await store.append('one', [phase]);
    const events = collect(store.follow('one', 0, patience()));
    await store.append('one', [reportOf('one')]);
    expect(seqs(await events)).toEqual([1, 2, 3, 4]);
  });

  test('a follower that is called off ends without an error', async () => {
    const store = await withRun();
    const stop = new AbortController();
    await store.append('one', [phase]);
    const seen: number[] = [];
    for await (const { seq } of store.follow('one', 0, stop.signal)) {
      seen.push(seq);
      setImmediate(() => stop.abort());
    }
    expect(seen).toEqual([1]);
    expect(await collect(store.follow('one', 0, stop.signal))).toEqual([]);
  });

  test('runs are listed newest first and the newest 200 are kept', async () => {
    const store = await open();
    for (let i = 0; i < 203; i += 1) await store.create(runRecord(`run-${i}`, i));
    expect((await store.list(3)).map(({ id }) => id)).toEqual(['run-202', 'run-201', 'run-200']);
    expect(await store.list(0)).toEqual([]);
    expect(await store.list(1000)).toHaveLength(200);
    await expect(store.get('run-2')).rejects.toMatchObject({ code: 'NV_RUN_UNKNOWN' });
    await expect(store.append('run-2', [phase])).rejects.toMatchObject({ code: 'NV_RUN_UNKNOWN' });
  });
}
