import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { openQueueRedis } from '../../control-plane/src/adapters/redis/embedded-redis.ts';
import { type OpenEngine, openEngine, openRunStore } from '../../control-plane/src/compose.ts';
import { preview, startRun } from '../../control-plane/src/pipeline.ts';
import { buildRunRecord } from '../support/build-run-record.ts';
import { silentSite } from '../support/silent-site.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const options = { forks: 3, maxFail: 0, owner: 'ada@desk', waitLockMs: 0, mode: 'plan' } as const;

test('a run whose queue dies for good ends with the reason and a hint, and lets everything go', async () => {
  const stateDir = await temporaryDirectory();
  const warnings: string[] = [];
  const opened = await open(stateDir, warnings);
  const { connected, ...site } = await silentSite();
  const watch = { onEvent: () => undefined, signal: new AbortController().signal };
  const ended = expect(preview(opened.engine, { ...options, ...site }, watch)).rejects.toMatchObject({
    code: 'NV_QUEUE',
    hint: expect.stringContaining(join(stateDir, 'redis')),
  });
  await Promise.race([connected, ended]);
  await destroyQueue(stateDir);
  await ended;
  warnings.length = 0;
  await expect(startRun(opened.engine, { ...options, ...site })).rejects.toMatchObject({ code: 'NV_QUEUE' });
  await opened.close();
  expect(warnings).toEqual([]);
});

test('the queue of a process that was killed is removed by the next one, and nothing of its own is left behind', async () => {
  const stateDir = await temporaryDirectory();
  const keeper = await openQueueRedis(stateDir, { PATH: process.env.PATH });
  onTestFinished(() => keeper.close());
  const redis = new Redis({ path: join(stateDir, 'redis', 'redis.sock') });
  onTestFinished(() => redis.disconnect());
  await redis.sadd('netvis:engines', 'netvis-killed');
  await redis.hset('bull:netvis-killed:meta', 'opts.maxLenEvents', '10000');
  await (await open(stateDir, [])).close();
  expect(await redis.keys('bull:*')).toEqual([]);
  expect(await redis.keys('netvis:engine*')).toEqual([]);
});

test('a service ends the runs that a service before it left open', async () => {
  const stateDir = await temporaryDirectory();
  const keeper = await openRunStore(stateDir);
  onTestFinished(() => keeper.close());
  await keeper.store.create(buildRunRecord({ engine: 'netvis-killed' }));
  const opened = await open(stateDir, [], 'netvis');
  for await (const { event } of opened.engine.store.follow('run-1', 0, AbortSignal.timeout(20_000))) if (event === 'report') break;
  expect(await keeper.store.report('run-1')).toMatchObject({ outcome: 'interrupted' });
});

async function open(stateDir: string, warnings: string[], queueName?: string): Promise<OpenEngine> {
  const opened = await openEngine({
    stateDir,
    forks: 3,
    acceptNewHostKeys: true,
    warn: (message) => void warnings.push(message),
    ...(queueName ? { queueName } : {}),
  });
  onTestFinished(() => opened.close());
  return opened;
}

/** Kills the server and takes its directory away, so that it cannot come back. */
async function destroyQueue(stateDir: string): Promise<void> {
  const directory = join(stateDir, 'redis');
  const redis = new Redis({ path: join(directory, 'redis.sock'), retryStrategy: () => null });
  const pid = Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]);
  redis.disconnect();
  await rename(directory, `${directory}.gone`);
  process.kill(pid, 'SIGKILL');
}
