import { once } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createRedisRunLock } from '../../../../control-plane/src/adapters/redis/run-lock.ts';
import { queueRedis } from '../../../support/queue-redis.ts';

const claim = { run: 'run-1', owner: 'ada@desk', machine: 'desk', reason: 'apply', since: '2026-01-01T00:00:00.000Z', waitMs: 0 };
const key = 'netvis:lock:demo';

afterEach(() => void vi.useRealTimers());

describe('the lock of a cluster', () => {
  test('is held by its newest acquisition alone', async () => {
    const lock = createRedisRunLock(await queueRedis());
    const first = await lock.acquire('demo', claim);
    await expect(lock.acquire('demo', claim)).rejects.toMatchObject({
      code: 'NV_LOCKED',
      message: expect.stringContaining('ada@desk since'),
    });
    expect(await lock.isHeld('demo', first.epoch)).toBe(true);
    await first.release();
    expect(await lock.isHeld('demo', first.epoch)).toBe(false);
    const second = await lock.acquire('demo', claim);
    expect(second.epoch).toBe(first.epoch + 1);
    expect(await lock.isHeld('demo', first.epoch)).toBe(false);
    expect(await lock.isHeld('demo', second.epoch)).toBe(true);
    await second.release();
  });

  test('is renewed while it is held', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const redis = await queueRedis();
    const held = await createRedisRunLock(redis).acquire('demo', claim);
    await redis.pexpire(key, 900);
    vi.advanceTimersByTime(5000);
    // Commands of one connection are answered in order: the renewal came before this.
    expect(await redis.pttl(key)).toBeGreaterThan(10_000);
    expect(held.lost.aborted).toBe(false);
    await held.release();
  });

  test('tells its holder when it expired, and leaves it to the next one', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const redis = await queueRedis();
    const lock = createRedisRunLock(redis);
    const held = await lock.acquire('demo', claim);
    await redis.del(key);
    const next = await lock.acquire('demo', { ...claim, run: 'run-2' });
    const lost = once(held.lost, 'abort');
    vi.advanceTimersByTime(5000);
    await lost;
    await held.release();
    expect(await lock.isHeld('demo', next.epoch)).toBe(true);
    await next.release();
  });
});
