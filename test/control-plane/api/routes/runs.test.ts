import { describe, expect, test } from 'vitest';
import { NvError } from '../../../../control-plane/src/core/errors.ts';
import { ask, calls, judgeOf, planBody, startRun } from '../../../support/api-calls.ts';
import { finishRun, openService, reportOf, tokenOf } from '../../../support/api-service.ts';

describe('starting a run', () => {
  test('a run is accepted, named by Location, and shown while it goes on', async () => {
    const service = await openService();
    const answer = await ask(service, {
      ...calls.start,
      headers: tokenOf('operator'),
      body: { ...planBody, limit: 'pg*', tags: ['base'] },
    });
    expect(answer.statusCode).toBe(202);
    expect(answer.headers.location).toBe('/api/v1/runs/run-1');
    expect(answer.json()).toMatchObject({
      id: 'run-1',
      cluster: 'demo',
      mode: 'plan',
      state: 'running',
      limit: 'pg*',
      tags: ['base'],
      owner: 'api:olaf',
    });
    expect(service.requests).toEqual([
      expect.objectContaining({
        mode: 'plan',
        inventoryText: 'cluster: demo\n',
        inventoryPath: '/inventories/demo.yaml',
        limit: 'pg*',
        tags: ['base'],
      }),
    ]);
  });

  test('an inventory may come as text', async () => {
    const service = await openService();
    await ask(service, { ...calls.start, headers: tokenOf('operator'), body: { ...planBody, inventory: { text: 'cluster: other' } } });
    expect(service.requests[0]).toMatchObject({ inventoryText: 'cluster: other', inventoryPath: '/inventories/inline.yaml' });
  });

  test.each([2, '25%'])('hosts are served so many at a time as asked for: %s', async (serial) => {
    const service = await openService();
    expect((await ask(service, { ...calls.start, headers: tokenOf('operator'), body: { ...planBody, serial } })).statusCode).toBe(202);
    expect(service.requests).toEqual([expect.objectContaining({ serial: String(serial) })]);
  });

  test.each([
    ['a share of more than all hosts', { ...planBody, serial: '101%' }],
    ['no host at a time', { ...planBody, serial: 0 }],
    ['an unknown field', { ...planBody, force: true }],
    ['an unknown field within the inventory', { ...planBody, inventory: { text: 'a', path: '/etc/passwd' } }],
    ['an unknown mode', { ...planBody, mode: 'destroy' }],
    ['a name that leaves the folder', { ...planBody, inventory: '../secrets' }],
    ['no inventory', { mode: 'plan' }],
  ])('%s is refused and nothing starts', async (_, body) => {
    const service = await openService();
    const answer = await ask(service, { ...calls.start, headers: tokenOf('operator'), body });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'NV_USAGE', status: 400, instance: '/api/v1/runs' });
    expect(service.requests).toEqual([]);
  });

  test('a body that is no JSON is refused as a problem', async () => {
    const service = await openService();
    const headers = { ...tokenOf('operator'), 'content-type': 'application/json' };
    const answer = await service.app.inject({ method: 'POST', url: calls.start.url, headers, payload: '{"inventory"' });
    expect((await judgeOf(service)).faults('POST', calls.start.path, answer)).toEqual([]);
    expect(answer.json()).toMatchObject({ code: 'NV_USAGE', status: 400 });
  });

  test('an inventory nobody knows is not found', async () => {
    const answer = await ask(await openService(), {
      ...calls.start,
      headers: tokenOf('operator'),
      body: { ...planBody, inventory: 'other' },
    });
    expect(answer.json()).toMatchObject({ status: 404, code: 'NV_INVENTORY_MISSING' });
  });

  test('every finding of a broken inventory is told with its place', async () => {
    const service = await openService();
    const findings = [1, 2].map((line) => ({
      code: 'NV_TOPOLOGY' as const,
      message: `wrong ${line}`,
      at: { file: 'demo.yaml', line, column: 1 },
    }));
    service.startFails = new NvError({ code: 'NV_TOPOLOGY', message: '2 findings' }, { problems: findings });
    const answer = await ask(service, { ...calls.start, headers: tokenOf('operator') });
    expect(answer.json()).toMatchObject({ status: 400, code: 'NV_TOPOLOGY', type: 'urn:netvis:problem:NV_TOPOLOGY', findings });
  });

  test('a cluster that another run changes answers with a conflict', async () => {
    const service = await openService();
    service.startFails = new NvError({ code: 'NV_LOCKED', message: 'locked', hint: 'wait' });
    const answer = await ask(service, { ...calls.start, headers: tokenOf('operator'), body: { ...planBody, mode: 'apply' } });
    expect(answer.json()).toMatchObject({ status: 409, code: 'NV_LOCKED', hint: 'wait' });
  });

  test('what nobody foresaw is a plain 500 that tells the caller nothing of the inside', async () => {
    const service = await openService();
    service.startFails = Object.assign(new Error('password=hunter2'), { code: 'E' }) as unknown as NvError;
    const answer = await ask(service, { ...calls.start, headers: tokenOf('operator') });
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('hunter2');
  });
});

describe('a run under way or ended', () => {
  const operator = { headers: tokenOf('operator') };

  test('is told to end, by whom, and goes on until the steps in hand are done', async () => {
    const service = await openService();
    await startRun(service);
    const answer = await ask(service, { ...calls.cancel, ...operator });
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({ id: 'run-1', state: 'running' });
    expect((await service.store.events('run-1')).at(-1)).toMatchObject({ event: 'stop', by: 'api:olaf' });
  });

  test('is not told to end once it has', async () => {
    const service = await openService();
    await startRun(service);
    await finishRun(service.store, 'run-1');
    expect((await ask(service, { ...calls.cancel, ...operator })).json()).toMatchObject({ status: 409, code: 'NV_RUN_ENDED' });
  });

  test('is gone on with under the same id', async () => {
    const service = await openService();
    await startRun(service);
    await finishRun(service.store, 'run-1');
    const answer = await ask(service, { ...calls.resume, ...operator });
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({ id: 'run-1', state: 'running', owner: 'api:olaf', resumedAt: expect.any(String) });
  });

  test('is not gone on with when it is done', async () => {
    const service = await openService();
    await startRun(service);
    await service.store.append('run-1', [{ event: 'report', ...reportOf('run-1'), outcome: 'done' }]);
    expect((await ask(service, { ...calls.resume, ...operator })).json()).toMatchObject({ status: 409, code: 'NV_RUN_ENDED' });
  });

  test.each([calls.resume, calls.cancel])('that nobody knows is not found, and a viewer may not ask: $path', async (call) => {
    const service = await openService();
    expect((await ask(service, { ...call, ...operator })).json()).toMatchObject({ status: 404, code: 'NV_RUN_UNKNOWN' });
    expect((await ask(service, { ...call, headers: tokenOf('viewer') })).json()).toMatchObject({ status: 403 });
  });
});

describe('reading runs', () => {
  test('a finished run shows its outcome and the report', async () => {
    const service = await openService();
    await startRun(service);
    await finishRun(service.store, 'run-1');
    const answer = await ask(service, { ...calls.run, headers: tokenOf('viewer') });
    expect(answer.json()).toMatchObject({ state: 'failed', report: reportOf('run-1') });
  });

  test('the list has the newest first and as many as asked for', async () => {
    const service = await openService();
    await startRun(service);
    await finishRun(service.store, 'run-1');
    await startRun(service);
    const all = await ask(service, { ...calls.list, headers: tokenOf('viewer') });
    expect(all.json().runs.map((run: { id: string }) => run.id)).toEqual(['run-2', 'run-1']);
    const newest = await ask(service, { ...calls.list, url: '/api/v1/runs?limit=1', headers: tokenOf('viewer') });
    expect(newest.json().runs).toHaveLength(1);
    const unknown = await ask(service, { ...calls.list, url: '/api/v1/runs?count=1', headers: tokenOf('viewer') });
    expect(unknown.json()).toMatchObject({ status: 400, code: 'NV_USAGE' });
  });

  test.each([calls.run, calls.events])('an unknown run is not found: $path', async (call) => {
    const answer = await ask(await openService(), { ...call, headers: tokenOf('viewer') });
    expect(answer.json()).toMatchObject({ status: 404, code: 'NV_RUN_UNKNOWN' });
  });
});
