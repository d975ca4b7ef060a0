import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openQueueRedis } from '../../../../control-plane/src/adapters/redis/embedded-redis.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

test('without redis-server the error says what to install', async () => {
  const state = await temporaryDirectory();
  const bin = await temporaryDirectory();
  for (const program of ['flock', 'cat', 'sh', 'timeout']) await symlink(`/usr/bin/${program}`, join(bin, program));
  await expect(openQueueRedis(state, { PATH: bin })).rejects.toMatchObject({
    code: 'NV_QUEUE',
    hint: expect.stringContaining('apt-get install redis-server'),
  });
});

test('a state directory too deep for a socket is refused with a hint', async () => {
  const state = join(await temporaryDirectory(), 'x'.repeat(100));
  await expect(openQueueRedis(state, { PATH: process.env.PATH })).rejects.toMatchObject({
    code: 'NV_QUEUE',
    hint: expect.stringContaining('NETVIS_STATE_DIR'),
  });
});

test('a Redis named in the environment that does not answer is an error without its password', async () => {
  const url = 'redis://:TOPSECRET@127.0.0.1:1/0';
  const error = await openQueueRedis(await temporaryDirectory(), { NETVIS_REDIS_URL: url }).then(null, (thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'NV_QUEUE' });
  expect(String(error)).not.toContain('TOPSECRET');
});
