import { expect, test } from 'vitest';
import { createReportStore } from '../../../../control-plane/src/adapters/redis/report-store.ts';
import { reportStoreContract } from '../../../contracts/report-store.contract.ts';
import { memoryReports } from '../../../support/memory-service-stores.ts';
import { queueRedis } from '../../../support/queue-redis.ts';

reportStoreContract('memory', async () => memoryReports());
reportStoreContract('redis', async () => createReportStore(await queueRedis()));

test('a report in a shape this version does not read counts as none', async () => {
  const redis = await queueRedis();
  await redis.hset('netvis:reports:demo', 'pg1', '{"report":{"format":9}}');
  expect(await createReportStore(redis).latest('demo')).toEqual({});
});
