import { Redis } from 'ioredis';
import { onTestFinished } from 'vitest';
import { openQueueRedis } from '../../control-plane/src/adapters/redis/embedded-redis.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** A connection to a Redis of the test's own, gone with the test. */
export async function queueRedis(): Promise<Redis> {
  const queue = await openQueueRedis(await temporaryDirectory(), { PATH: process.env.PATH });
  const redis = new Redis({ ...queue.connectionOptions, maxRetriesPerRequest: null });
  redis.on('error', () => redis.status);
  onTestFinished(async () => {
    redis.disconnect();
    await queue.close();
  });
  return redis;
}
