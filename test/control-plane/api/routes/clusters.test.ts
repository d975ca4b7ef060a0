import { describe, expect, test } from 'vitest';
import { agentReport, ask, calls } from '../../../support/api-calls.ts';
import { agentToken, openService, tokenOf } from '../../../support/api-service.ts';
import { buildReport } from '../../../support/build-readings.ts';

describe('clusters', () => {
  test('the status is the cluster as its agents, asked over SSH, see it', async () => {
    const answer = await ask(await openService(), { ...calls.cluster, headers: tokenOf('viewer') });
    expect(answer.json()).toMatchObject({
      cluster: 'demo',
      ok: true,
      postgres: { primary: 'pg1' },
      redis: { master: 'redis1' },
      problems: [],
    });
  });

  test("an agent's fresh report counts before a look over SSH", async () => {
    const service = await openService();
    const down = buildReport({
      ...agentReport,
      state: 'critical',
      checks: [{ name: 'postgres', kind: 'process', state: 'critical', message: 'no process postgres' }],
    });
    expect((await ask(service, { ...calls.report, headers: agentToken, body: down })).statusCode).toBe(204);
    const answer = await ask(service, { ...calls.cluster, headers: tokenOf('viewer') });
    expect(answer.json()).toMatchObject({ ok: false, hosts: { pg1: { state: 'critical' }, pg2: { state: 'ok' } } });
  });

  test('an unknown cluster is not found', async () => {
    const answer = await ask(await openService(), { ...calls.cluster, url: '/api/v1/clusters/other', headers: tokenOf('viewer') });
    expect(answer.json()).toMatchObject({ status: 404, code: 'NV_NOT_FOUND' });
  });

  test.each([
    ['of another host than the path names', buildReport({ host: 'pg2' })],
    ['of another cluster', buildReport({ host: 'pg1', cluster: 'other' })],
    ['that is none', { host: 'pg1' }],
  ])('a report %s is refused', async (_, body) => {
    const answer = await ask(await openService(), { ...calls.report, headers: agentToken, body });
    expect(answer.json()).toMatchObject({ status: 400, code: 'NV_USAGE' });
  });

  test('a report of a host the cluster does not have is refused', async () => {
    const url = '/api/v1/clusters/demo/hosts/pg9/report';
    const answer = await ask(await openService(), { ...calls.report, url, headers: agentToken, body: buildReport({ host: 'pg9' }) });
    expect(answer.json()).toMatchObject({ status: 404, code: 'NV_NOT_FOUND' });
  });

  test('a report with fields of a newer agent is taken', async () => {
    const answer = await ask(await openService(), { ...calls.report, headers: agentToken, body: { ...agentReport, later: { more: 1 } } });
    expect(answer.statusCode).toBe(204);
  });
});
