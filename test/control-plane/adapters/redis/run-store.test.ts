import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openQueueRedis } from '../../../../control-plane/src/adapters/redis/embedded-redis.ts';
import { createRunStore } from '../../../../control-plane/src/adapters/redis/run-store.ts';
import { runRecord, runStoreContract } from '../../../contracts/run-store.contract.ts';
import { memoryRunStore } from '../../../support/memory-run-store.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

async function openRedis(): Promise<Redis> {
  const queue = await openQueueRedis(await temporaryDirectory(), { PATH: process.env.PATH });
  const redis = new Redis({ ...queue.connectionOptions, maxRetriesPerRequest: 0 });
  redis.on('error', () => redis.status);
  onTestFinished(async () => {
    redis.disconnect();
    await queue.close();
  });
  return redis;
}

describe('in Redis', () => {
  runStoreContract(async () => createRunStore(await openRedis()));

  test('runs that are forgotten leave nothing behind', async () => {
    const redis = await openRedis();
    const store = createRunStore(redis);
    for (let i = 0; i < 201; i += 1) {
      await store.create(runRecord(`run-${i}`, i));
      await store.append(`run-${i}`, [{ event: 'phase', phase: 'facts' }]);
    }
    expect(await redis.dbsize()).toBe(401);
  });

  test('followers leave no connection behind', async () => {
    const redis = await openRedis();
    const store = createRunStore(redis);
    await store.create(runRecord('one'));
    await store.append('one', [{ event: 'phase', phase: 'facts' }]);
    const before = String(await redis.client('LIST')).split('\n').length;
    for await (const event of store.follow('one', 0, new AbortController().signal)) if (event.seq === 1) break;
    await expect.poll(async () => String(await redis.client('LIST')).split('\n').length).toBeLessThanOrEqual(before);
  });

  test('a store that cannot be reached says so', async () => {
    const redis = new Redis({ path: '/nonexistent/redis.sock', maxRetriesPerRequest: 0, retryStrategy: () => null });
    redis.on('error', () => redis.status);
    const store = createRunStore(redis);
    await expect(store.get('one')).rejects.toMatchObject({ code: 'NV_QUEUE' });
    await expect(store.create(runRecord('one'))).rejects.toMatchObject({ code: 'NV_QUEUE' });
  });
});

describe('the fake', () => {
  runStoreContract(async () => memoryRunStore());
});
