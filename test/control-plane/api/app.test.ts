import { describe, expect, test } from 'vitest';
import { ask } from '../../support/api-calls.ts';
import { openService } from '../../support/api-service.ts';
import type { OpenApiDocument } from '../../support/openapi-document.ts';

describe('the document', () => {
  test('it is OpenAPI 3.1 and describes every route of the service', async () => {
    const { app } = await openService();
    const document = (await app.inject('/openapi.json')).json<OpenApiDocument>();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths).sort()).toEqual([
      '/api/v1/clusters/{name}',
      '/api/v1/clusters/{name}/hosts/{host}/report',
      '/api/v1/runs',
      '/api/v1/runs/{id}',
      '/api/v1/runs/{id}/cancel',
      '/api/v1/runs/{id}/events',
      '/api/v1/runs/{id}/resume',
      '/healthz',
      '/readyz',
    ]);
  });
});

test('the document names the schemas its routes use, and no others', async () => {
  const { app } = await openService();
  const { components } = (await app.inject('/openapi.json')).json<{ components: { schemas: object } }>();
  expect(Object.keys(components.schemas).sort()).toEqual([
    'ClusterStatus',
    'Finding',
    'Problem',
    'Run',
    'RunEvent',
    'RunReport',
    'StartRunInput',
  ]);
});

describe('health of the service', () => {
  const healthz = { method: 'GET', url: '/healthz', path: '/healthz' } as const;
  const readyz = { method: 'GET', url: '/readyz', path: '/readyz' } as const;

  test('both answer without a token', async () => {
    const service = await openService();
    expect((await ask(service, healthz)).json()).toEqual({ status: 'ok' });
    expect((await ask(service, readyz)).json()).toEqual({ status: 'ok', problems: [] });
  });

  test('a service that cannot work is alive and not ready', async () => {
    const service = await openService();
    service.impediments.push('the queue does not answer');
    expect((await ask(service, healthz)).statusCode).toBe(200);
    const answer = await ask(service, readyz);
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toEqual({ status: 'unavailable', problems: ['the queue does not answer'] });
  });
});
