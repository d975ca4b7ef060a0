import { describe, expect, test } from 'vitest';
import { ask, calls } from '../../support/api-calls.ts';
import { agentToken, openService, tokenOf } from '../../support/api-service.ts';
import { buildReport } from '../../support/build-readings.ts';

describe('who may', () => {
  const every = Object.values(calls);

  test.each(every)('$method $path asks for a token', async (call) => {
    const answer = await ask(await openService(), call);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(answer.json()).toMatchObject({ status: 401, code: 'NV_UNAUTHORIZED' });
  });

  test.each(every)('$method $path refuses an unknown token', async (call) => {
    const answer = await ask(await openService(), { ...call, headers: { authorization: 'Bearer nobody' } });
    expect(answer.json()).toMatchObject({ status: 401, code: 'NV_UNAUTHORIZED' });
  });

  test('a token is asked for before the body is looked at', async () => {
    const answer = await ask(await openService(), { ...calls.start, body: { nonsense: true } });
    expect(answer.statusCode).toBe(401);
  });

  test('a viewer may look and not start', async () => {
    const service = await openService();
    expect((await ask(service, { ...calls.list, headers: tokenOf('viewer') })).statusCode).toBe(200);
    expect((await ask(service, { ...calls.start, headers: tokenOf('viewer') })).json()).toMatchObject({
      status: 403,
      code: 'NV_FORBIDDEN',
    });
  });

  test('an admin may what an operator may', async () => {
    expect((await ask(await openService(), { ...calls.start, headers: tokenOf('admin') })).statusCode).toBe(202);
  });

  test('only agents of the cluster report, and they may do nothing else', async () => {
    const service = await openService();
    expect((await ask(service, { ...calls.report, headers: tokenOf('admin') })).json()).toMatchObject({
      status: 403,
      code: 'NV_FORBIDDEN',
    });
    expect((await ask(service, { ...calls.cluster, headers: agentToken })).json()).toMatchObject({ status: 401, code: 'NV_UNAUTHORIZED' });
    const other = { ...calls.report, url: '/api/v1/clusters/other/hosts/pg1/report', body: buildReport({ host: 'pg1', cluster: 'other' }) };
    expect((await ask(service, { ...other, headers: agentToken })).json()).toMatchObject({ status: 401 });
  });

  test('who guesses tokens has to wait, and may try again after the window', async () => {
    const service = await openService();
    const guess = () => ask(service, { ...calls.list, headers: { authorization: 'Bearer guess' } });
    for (let tries = 0; tries < 20; tries += 1) expect((await guess()).statusCode).toBe(401);
    service.clock.ms = 15_000;
    const slowed = await ask(service, { ...calls.list, headers: tokenOf('viewer') });
    expect(slowed.json()).toMatchObject({ status: 429, code: 'NV_TOO_MANY_REQUESTS' });
    expect(slowed.headers['retry-after']).toBe('45');
    service.clock.ms = 60_000;
    expect((await ask(service, { ...calls.list, headers: tokenOf('viewer') })).statusCode).toBe(200);
  });

  test('an address nothing is served at is a problem too', async () => {
    const service = await openService();
    const answer = await service.app.inject('/api/v1/nothing?token=1');
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ status: 404, code: 'NV_NOT_FOUND', instance: '/api/v1/nothing' });
  });
});
