import type { Redis } from 'ioredis';
import type { IdempotencyKeys } from '../../ports/idempotency-keys.ts';

const daySeconds = 86_400;
/** A holder that died while it was starting its run frees the key after this time. */
const startingSeconds = 60;

type Entry = { readonly fingerprint: string; readonly run: string | null };

/** Keys in the queue's Redis, so that every serve process on it knows them. */
export function createIdempotencyKeys(redis: Redis): IdempotencyKeys {
  const place = (key: string) => `netvis:idempotency:${key}`;
  const text = (entry: Entry) => JSON.stringify(entry);
  return {
    async claim(key, fingerprint) {
      for (;;) {
        const own = await redis.set(place(key), text({ fingerprint, run: null }), 'EX', startingSeconds, 'NX');
        if (own === 'OK') return { claimed: true };
        const held = await redis.get(place(key));
        if (held !== null) return { claimed: false, ...(JSON.parse(held) as Entry) };
      }
    },
    async settle(key, claim) {
      await redis.set(place(key), text(claim), 'EX', daySeconds);
    },
    async release(key) {
      await redis.del(place(key));
    },
  };
}
