import { expect, test } from 'vitest';
import { createIdempotencyKeys } from '../../../../control-plane/src/adapters/redis/idempotency-keys.ts';
import { idempotencyKeysContract } from '../../../contracts/idempotency-keys.contract.ts';
import { memoryKeys } from '../../../support/memory-service-stores.ts';
import { queueRedis } from '../../../support/queue-redis.ts';

idempotencyKeysContract('memory', async () => memoryKeys());
idempotencyKeysContract('redis', async () => createIdempotencyKeys(await queueRedis()));

test('a key is free again a minute after its holder died, and a day after its run', async () => {
  const redis = await queueRedis();
  const keys = createIdempotencyKeys(redis);
  await keys.claim('k', 'f');
  expect(await redis.ttl('netvis:idempotency:k')).toBeLessThanOrEqual(60);
  await keys.settle('k', { fingerprint: 'f', run: 'r' });
  expect(await redis.ttl('netvis:idempotency:k')).toBeGreaterThan(86_000);
});
