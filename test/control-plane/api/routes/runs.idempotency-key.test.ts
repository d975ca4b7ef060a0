import { describe, expect, test } from 'vitest';
import { NvError } from '../../../../control-plane/src/core/errors.ts';
import { ask, calls, planBody } from '../../../support/api-calls.ts';
import { openService, tokenOf } from '../../../support/api-service.ts';

describe('Idempotency-Key', () => {
  const headers = { ...tokenOf('operator'), 'idempotency-key': 'k1' };

  test('the same request again finds the run it started', async () => {
    const service = await openService();
    await ask(service, { ...calls.start, headers });
    const again = await ask(service, { ...calls.start, headers });
    expect(again.json()).toMatchObject({ id: 'run-1' });
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(service.requests).toHaveLength(1);
  });

  test('another request under the same key is refused', async () => {
    const service = await openService();
    await ask(service, { ...calls.start, headers });
    const other = await ask(service, { ...calls.start, headers, body: { ...planBody, mode: 'apply' } });
    expect(other.json()).toMatchObject({ status: 422, code: 'NV_KEY_REUSED' });
    expect(service.requests).toHaveLength(1);
  });

  test('keys of two callers do not meet', async () => {
    const service = await openService();
    await ask(service, { ...calls.start, headers });
    const other = await ask(service, { ...calls.start, headers: { ...headers, ...tokenOf('admin') } });
    expect(other.json()).toMatchObject({ id: 'run-2' });
  });

  test('a key whose run did not start may be used again', async () => {
    const service = await openService();
    service.startFails = new NvError({ code: 'NV_LOCKED', message: 'locked' });
    await ask(service, { ...calls.start, headers });
    service.startFails = null;
    expect((await ask(service, { ...calls.start, headers })).statusCode).toBe(202);
  });
});
