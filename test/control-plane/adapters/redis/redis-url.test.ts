import { expect, test } from 'vitest';
import { parseRedisUrl } from '../../../../control-plane/src/adapters/redis/redis-url.ts';

test.each([
  ['redis://localhost', { host: 'localhost', port: 6379, db: 0 }],
  ['redis://user:p%40ss@10.0.0.1:7000/3', { host: '10.0.0.1', port: 7000, db: 3, username: 'user', password: 'p@ss' }],
  ['rediss://:secret@[fd00::1]:6380', { host: 'fd00::1', port: 6380, db: 0, password: 'secret', tls: {} }],
  ['unix:///run/my%20redis.sock', { path: '/run/my redis.sock' }],
])('%s is understood', (text, options) => {
  expect(parseRedisUrl(text)).toEqual(options);
});

test.each(['localhost:6379', 'http://TOPSECRET@host', 'redis://', 'redis://host/name-TOPSECRET', 'TOPSECRET'])(
  '%s is refused without being quoted',
  (text) => {
    const parse = () => parseRedisUrl(text);
    expect(parse).toThrowError(expect.objectContaining({ code: 'NV_QUEUE' }));
    expect(parse).not.toThrowError(/TOPSECRET/);
  },
);
