import { describe, expect, it } from 'vitest';
import { NvError } from '../../../control-plane/src/core/errors.ts';
import type { RunEvent } from '../../../control-plane/src/core/run-event.ts';
import { advanceRun, endRun, failRun } from '../../../control-plane/src/execute/advance-run.ts';
import { buildLive } from '../../support/build-live.ts';
import { buildRunRecord } from '../../support/build-run-record.ts';
import { buildRunSite } from '../../support/build-run-site.ts';
import { memoryRunStore } from '../../support/memory-run-store.ts';
import { stillClock } from '../../support/still-clock.ts';

const stage = (name: string, extra: object = {}) =>
  ({ stage: name, part: name, onBootstrap: 'together', onChange: 'together', ...extra }) as const;
const clock = stillClock('2026-01-01T00:00:02.000Z');

async function runWith(maxFail: number) {
  const store = memoryRunStore();
  const run = {
    ...buildRunSite(buildRunRecord({ maxFail })),
    playbook: { stages: [stage('base'), stage('app'), stage('etcd', { quorum: 'etcd' })] },
  };
  await store.create(run.record);
  await store.savePlan('run-1', {
    live: buildLive({}),
    systems: {},
    lock: { given: 0, floor: 0 },
    batches: [
      { stage: 'base', hosts: ['a', 'b'] },
      { stage: 'app', hosts: ['a'] },
      { stage: 'app', hosts: ['b'] },
      { stage: 'etcd', hosts: ['b'] },
    ],
  });
  return { run, store };
}
const ok = (host: string) => ({ host, failed: false });
const bad = (host: string) => ({ host, failed: true });
const lost = (host: string) =>
  ({
    event: 'step',
    host,
    stage: 'base',
    step: 'stage base',
    outcome: 'aborted',
    summary: '',
    problem: { code: 'NV_SSH_LOST', message: '' },
  }) as const;

describe('advanceRun', () => {
  it('goes on to the next batch, and after the last one to the check of the hosts whose roles matter', async () => {
    const { run, store } = await runWith(0);
    expect(await advanceRun(run, { index: 0, results: [ok('a'), ok('b')] }, store)).toEqual({ kind: 'batch', index: 1 });
    expect(await advanceRun(run, { index: 3, results: [ok('b')] }, store)).toEqual({
      kind: 'facts',
      purpose: 'verify',
      hosts: run.site.hosts.map(({ name }) => name),
    });
  });

  it('stops when more hosts failed than allowed, and reports every batch that is left out as skipped', async () => {
    const { run, store } = await runWith(0);
    expect(await advanceRun(run, { index: 0, results: [ok('a'), bad('b')] }, store)).toEqual({ kind: 'end' });
    const skipped = (await store.events('run-1')).filter((event) => event.event === 'step');
    expect(skipped.map((event) => [event.host, event.stage, event.outcome])).toEqual([
      ['a', 'app', 'skipped'],
      ['b', 'app', 'skipped'],
      ['b', 'etcd', 'skipped'],
    ]);
  });

  it('takes a host without a result for failed', async () => {
    const { run, store } = await runWith(0);
    expect(await advanceRun(run, { index: 0, results: [ok('a')] }, store)).toEqual({ kind: 'end' });
  });

  it('goes on without a failed host where failures are allowed', async () => {
    const { run, store } = await runWith(1);
    expect(await advanceRun(run, { index: 0, results: [ok('a'), bad('b')] }, store)).toEqual({ kind: 'batch', index: 1 });
    expect((await store.plan('run-1')).batches.map(({ hosts }) => hosts)).toEqual([['a', 'b'], ['a'], [], []]);
    expect(await advanceRun(run, { index: 1, results: [ok('a')] }, store)).toMatchObject({ kind: 'facts', purpose: 'verify' });
  });

  it('leaves one lost host behind where no failure is allowed, also in a stage that protects a quorum, but not two', async () => {
    const { run, store } = await runWith(0);
    await store.append('run-1', [lost('b')]);
    expect(await advanceRun(run, { index: 0, results: [ok('a'), bad('b')] }, store)).toEqual({ kind: 'batch', index: 1 });
    expect((await store.plan('run-1')).batches.map(({ hosts }) => hosts)).toEqual([['a', 'b'], ['a'], [], []]);
    expect(await advanceRun(run, { index: 3, results: [bad('b')] }, store)).toMatchObject({ purpose: 'verify' });
    await store.append('run-1', [lost('a')]);
    expect(await advanceRun(run, { index: 1, results: [bad('a')] }, store)).toEqual({ kind: 'end' });
  });

  it('takes a host that broke off for another reason for failed', async () => {
    const { run, store } = await runWith(0);
    await store.append('run-1', [{ ...lost('b'), problem: { code: 'NV_LOCKED', message: 'busy' } }]);
    expect(await advanceRun(run, { index: 0, results: [ok('a'), bad('b')] }, store)).toEqual({ kind: 'end' });
  });

  it('counts failures over the whole run, not per batch', async () => {
    const { run, store } = await runWith(1);
    await store.append('run-1', [{ event: 'step', host: 'b', stage: 'base', step: 'x', outcome: 'failed', summary: '' }]);
    expect(await advanceRun(run, { index: 1, results: [bad('a')] }, store)).toEqual({ kind: 'end' });
  });

  it('allows no failure in a stage that protects a quorum', async () => {
    const { run, store } = await runWith(9);
    expect(await advanceRun(run, { index: 3, results: [bad('b')] }, store)).toEqual({ kind: 'end' });
  });
});

describe('the end of a run', () => {
  it('is the report it has where another one was quicker', async () => {
    const { run, store } = await runWith(0);
    const first = await endRun(run.record, { store, clock, outcome: 'interrupted' });
    expect(await failRun(run.record, 'too late', { store, clock })).toEqual(first);
  });

  it('counts what came since the hosts were last read, and for a run gone on with since then', async () => {
    const { run, store } = await runWith(0);
    const step = { event: 'step', host: 'a', stage: 'base', step: 's', summary: '' } as const;
    const begin: RunEvent[] = [
      { event: 'run', run: 'run-1', mode: 'apply', cluster: 'demo', hosts: ['a', 'b'] },
      { event: 'phase', phase: 'facts' },
    ];
    await store.append('run-1', [...begin, { ...step, outcome: 'failed' }]);
    await endRun(run.record, { store, clock });
    const resumed = { lockEpoch: 2, engine: 'e', owner: 'ada', resumedAt: '2026-01-01T00:00:01.500Z' };
    const record = await store.reopen('run-1', resumed);
    await store.append('run-1', [...begin, { ...step, outcome: 'changed' }]);
    const { outcome, changed, hosts, ms } = await endRun(record, { store, clock });
    expect({ outcome, changed, hosts: Object.keys(hosts), ms }).toEqual({ outcome: 'done', changed: 1, hosts: ['a', 'b'], ms: 500 });
  });

  it('is a report with the time since its start', async () => {
    const { run, store } = await runWith(0);
    expect(await endRun(run.record, { store, clock })).toMatchObject({ run: 'run-1', outcome: 'done', ms: 2000 });
    expect(await store.report('run-1')).toMatchObject({ outcome: 'done' });
  });

  it('says why it cannot go on, with the code of the catalogue or as a bug', async () => {
    const { run, store } = await runWith(0);
    expect((await failRun(run.record, new NvError({ code: 'NV_QUEUE', message: 'gone', hint: 'h' }), { store, clock })).problems).toEqual([
      { code: 'NV_QUEUE', message: 'gone', hint: 'h' },
    ]);
    const other = await runWith(0);
    expect((await failRun(run.record, 'thrown text', { ...other, clock })).problems.at(-1)).toMatchObject({
      code: 'NV_UNEXPECTED',
      message: 'thrown text',
    });
  });
});
