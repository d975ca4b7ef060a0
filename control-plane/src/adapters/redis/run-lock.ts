import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { type LockClaim, locked, lockTtlMs } from '../../core/run-lock/claim.ts';
import type { HeldLock, RunLock } from '../../ports/run-lock.ts';

const heartbeatMs = 5000;
const retryMs = 500;

/** KEYS: lock, epoch. ARGV: value, ttl ms. Takes the lock if it is free; its new epoch, else 0. */
const take = `if redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2], 'NX') then return redis.call('INCR', KEYS[2]) end return 0`;
/** KEYS: lock. ARGV: expected value, ttl ms. Extends the lock if it still is ours. */
const extend = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0`;
/** KEYS: lock. ARGV: expected value. Deletes the lock if it still is ours. */
const release = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`;

/** The run lock of everybody who shares one queue: a key with a heartbeat, gone 20 s after its holder died. */
export function createRedisRunLock(redis: Redis): RunLock {
  return {
    async acquire(cluster, { waitMs, ...claim }) {
      const key = keyOf(cluster);
      const value = JSON.stringify(claim);
      for (let leftMs = waitMs; ; leftMs -= retryMs) {
        const epoch = Number(await redis.eval(take, 2, key, epochOf(key), value, lockTtlMs));
        if (epoch > 0) return hold(redis, { key, value, epoch });
        if (leftMs <= 0) throw locked(cluster, holderOf(await redis.get(key)));
        await sleep(Math.min(retryMs, leftMs));
      }
    },
    async isHeld(cluster, epoch) {
      const key = keyOf(cluster);
      const [holder, current] = await redis.mget(key, epochOf(key));
      return holder !== null && Number(current) === epoch;
    },
  };
}

function hold(redis: Redis, { key, value, epoch }: { key: string; value: string; epoch: number }): HeldLock {
  const lost = new AbortController();
  const beat = async () => {
    if ((await redis.eval(extend, 1, key, value, lockTtlMs)) !== 0) return;
    clearInterval(heartbeat);
    lost.abort();
  };
  const heartbeat = setInterval(() => {
    beat().catch((error: Error) => redis.emit('error', error));
  }, heartbeatMs);
  heartbeat.unref();
  return {
    epoch,
    lost: lost.signal,
    async release() {
      clearInterval(heartbeat);
      await redis.eval(release, 1, key, value);
    },
  };
}

function keyOf(cluster: string): string {
  return `netvis:lock:${cluster}`;
}

function epochOf(key: string): string {
  return `${key}:epoch`;
}

function holderOf(stored: string | null): LockClaim | null {
  return stored === null ? null : (JSON.parse(stored) as LockClaim);
}
