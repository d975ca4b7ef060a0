import { expect, test } from 'vitest';
import { type App, answer } from './src/routes.ts';

const server = { server: '10.0.0.4', isPrimary: true };
const app: App = {
  host: 'api1',
  jwtSecret: 'secret',
  database: {
    reach: async () => server,
    visit: async () => ({ ...server, rows: 3 }),
    addItem: async (name) => ({ id: '1', name, at: 'now' }),
    items: async () => [{ id: '1', name: 'x', at: 'now' }],
    close: async () => undefined,
  },
  cache: { reach: async () => ({ role: 'master' }), visit: async () => ({ value: 4, role: 'master' }), close: async () => undefined },
};

const call = (method: string, path: string, over: { body?: string; authorization?: string } = {}) =>
  answer(app, { method, path, authorization: '', body: '', ...over });

test('a visit says which server took it and what it counted', async () => {
  expect(await call('GET', '/api/visits')).toEqual({
    status: 200,
    body: { host: 'api1', postgres: { server: '10.0.0.4', isPrimary: true, rows: 3 }, redis: { value: 4, role: 'master' } },
  });
});

test('health needs both', async () => {
  expect(await call('GET', '/api/health')).toMatchObject({ status: 200, body: { ok: true } });
  const broken = { ...app, cache: { ...app.cache, reach: () => Promise.reject(new Error('Connection is closed.')) } };
  const health = await answer(broken, { method: 'GET', path: '/api/health', authorization: '', body: '' });
  expect(health).toEqual({ status: 503, body: { error: 'Connection is closed.', host: 'api1' } });
});

test('items are added with a name only', async () => {
  expect(await call('POST', '/api/items', { body: '{"name":"x"}' })).toMatchObject({ status: 201, body: { name: 'x' } });
  for (const body of ['', '{}', '{"name":""}', '{"name":1}', 'null'])
    expect(await call('POST', '/api/items', { body })).toMatchObject({ status: 400 });
});

test('a token opens /api/me; a changed one does not', async () => {
  const issued = await call('POST', '/api/token', { body: '{"user":"ann"}' });
  const { token } = issued.body as { token: string };
  expect(await call('GET', '/api/me', { authorization: `Bearer ${token}` })).toMatchObject({ status: 200, body: { user: 'ann' } });
  const [header, , signature] = token.split('.');
  const forged = [header, Buffer.from('{"sub":"eve","exp":9999999999}').toString('base64url'), signature].join('.');
  for (const each of [`${token}x`, forged, 'a.b.c', '']) {
    expect(await call('GET', '/api/me', { authorization: `Bearer ${each}` })).toMatchObject({ status: 401 });
  }
});

test('an unknown path is not found', async () => {
  expect(await call('GET', '/api/nothing')).toMatchObject({ status: 404 });
});
