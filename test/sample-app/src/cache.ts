import { Redis } from 'ioredis';

/**
 * The application's use of Redis. A master that became a replica answers READONLY: the client then connects again, to
 * whoever holds the address, and repeats the command. A peer that went silent is given up after `socketTimeout`.
 */
export function openCache(url: string) {
  const redis = new Redis(url, {
    connectTimeout: 1500,
    commandTimeout: 3000,
    socketTimeout: 3000,
    maxRetriesPerRequest: 2,
    keepAlive: 5000,
    retryStrategy: (attempt) => Math.min(100 * attempt, 500),
    reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 2 : false),
  });
  redis.on('error', () => undefined);
  return {
    async reach(): Promise<{ readonly role: string }> {
      return { role: roleOf(await redis.role()) };
    },
    /** Counts one visit and says which role the server has that took it: asked afterwards, for the write may have moved on. */
    async visit(): Promise<{ readonly value: number; readonly role: string }> {
      const value = await redis.incr('netvis:visits');
      return { value, role: roleOf(await redis.role()) };
    },
    async close(): Promise<void> {
      redis.disconnect();
    },
  };
}

export type Cache = ReturnType<typeof openCache>;

function roleOf(answer: unknown): string {
  return Array.isArray(answer) ? String(answer[0]) : 'unknown';
}
