import type { Redis } from 'ioredis';

const ttlMs = 60_000;
const heartbeatMs = 15_000;
const enginesKey = 'netvis:engines';
const keyOf = (id: string) => `netvis:engine:${id}`;

/** KEYS: engines, own key. ARGV: own id, ttl ms. Enters the engine, strikes out those whose key has expired, and gives these. */
const enter = `
redis.call('SET', KEYS[2], 1, 'PX', ARGV[2])
redis.call('SADD', KEYS[1], ARGV[1])
local dead = {}
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  if redis.call('EXISTS', 'netvis:engine:' .. id) == 0 then
    redis.call('SREM', KEYS[1], id)
    dead[#dead + 1] = id
  end
end
return dead`;
/** KEYS: engines, own key. ARGV: own id, ttl ms, may return (1). Says that the engine lives; 0 when it was struck out meanwhile and may not return. */
const renew = `
if redis.call('SADD', KEYS[1], ARGV[1]) == 1 and ARGV[3] ~= '1' then
  redis.call('SREM', KEYS[1], ARGV[1])
  return 0
end
redis.call('SET', KEYS[2], 1, 'PX', ARGV[2])
return 1`;

/** An engine among those that share a Redis, known as alive until a minute after its process ended. */
export type EnginePresence = {
  /** Engines that this one found dead and struck out: what they alone used is nobody's. */
  readonly dead: Promise<readonly string[]>;
  /** Aborts when this engine was struck out itself, as after its process was stopped for more than a minute, and may not return. */
  readonly gone: AbortSignal;
  isAlive(id: string): Promise<boolean>;
  leave(): Promise<void>;
};

/** Whether an engine lives, or died less than a minute ago. */
export async function isEngineAlive(redis: Redis, id: string): Promise<boolean> {
  return (await redis.exists(keyOf(id))) === 1;
}

export type EngineOptions = {
  readonly id: string;
  /** Whether the engine goes on when it was taken for dead: what it uses was not given up, being others' as well. */
  readonly mayReturn: boolean;
  /** Takes errors of the connection. */
  readonly onError: (error: Error) => void;
};

/** Enters an engine, and renews it until it leaves. */
export function enterEngine(redis: Redis, { id, mayReturn, onError }: EngineOptions): EnginePresence {
  const gone = new AbortController();
  const keys = [enginesKey, keyOf(id)];
  const beat = async () => {
    if ((await redis.eval(renew, 2, ...keys, id, ttlMs, mayReturn ? 1 : 0)) !== 0) return;
    clearInterval(heartbeat);
    gone.abort();
  };
  const heartbeat = setInterval(() => void beat().catch(onError), heartbeatMs);
  heartbeat.unref();
  return {
    dead: redis.eval(enter, 2, ...keys, id, ttlMs) as Promise<readonly string[]>,
    gone: gone.signal,
    isAlive: (other) => isEngineAlive(redis, other),
    async leave() {
      clearInterval(heartbeat);
      await redis.multi().srem(enginesKey, id).del(keyOf(id)).exec();
    },
  };
}
