import { once } from 'node:events';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { type EnginePresence, enterEngine } from '../../../../control-plane/src/adapters/redis/engine-presence.ts';
import { queueRedis } from '../../../support/queue-redis.ts';

afterEach(() => void vi.useRealTimers());

const onError = (error: Error) => {
  throw error;
};
const frozenTimers = () => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });

test('an engine finds those dead that did not renew themselves, and each is found once', async () => {
  frozenTimers();
  const redis = await queueRedis();
  const enter = entering(redis);
  const [one, two] = [enter('one'), enter('two')];
  expect(await Promise.all([one.dead, two.dead])).toEqual([[], []]);
  await redis.del('netvis:engine:one');
  const three = enter('three');
  expect(await three.dead).toEqual(['one']);
  expect(await enter('four').dead).toEqual([]);
  expect(await Promise.all([three.isAlive('one'), three.isAlive('two')])).toEqual([false, true]);
});

test('an engine that was taken for dead is told so, unless it may return', async () => {
  frozenTimers();
  const redis = await queueRedis();
  const enter = entering(redis);
  const [alone, sharing] = [enter('alone'), enter('sharing', true)];
  await Promise.all([alone.dead, sharing.dead]);
  await redis.del('netvis:engine:alone', 'netvis:engine:sharing');
  expect([...(await enter('other').dead)].sort()).toEqual(['alone', 'sharing']);
  const gone = once(alone.gone, 'abort');
  vi.advanceTimersByTime(15_000);
  await gone;
  expect(sharing.gone.aborted).toBe(false);
  expect(await sharing.isAlive('sharing')).toBe(true);
  expect(await alone.isAlive('alone')).toBe(false);
});

test('an engine that was merely slow lives on, and one that left is nobody’s to clear', async () => {
  frozenTimers();
  const redis = await queueRedis();
  const enter = entering(redis);
  const slow = enter('slow');
  await slow.dead;
  await redis.del('netvis:engine:slow');
  vi.advanceTimersByTime(15_000);
  expect(await slow.isAlive('slow')).toBe(true);
  await slow.leave();
  expect(await enter('next').dead).toEqual([]);
});

function entering(redis: Awaited<ReturnType<typeof queueRedis>>): (id: string, mayReturn?: boolean) => EnginePresence {
  return (id, mayReturn = false) => {
    const presence = enterEngine(redis, { id, mayReturn, onError });
    onTestFinished(() => presence.leave());
    return presence;
  };
}
