import { NvError } from '../../core/errors.ts';

/** Where a Redis is and how to sign on, as ioredis and BullMQ take it. */
export type RedisAddress = {
  readonly path?: string;
  readonly host?: string;
  readonly port?: number;
  readonly db?: number;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: Record<string, never>;
};

/**
 * Connection options of `redis://[user:password@]host[:port][/db]`, `rediss://…` (TLS) or `unix:///path/to/socket`.
 * Throws NV_QUEUE for anything else; the message never holds the URL, which may hold a password.
 */
export function parseRedisUrl(text: string): RedisAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'unix:') return { path: decodeURIComponent(url.pathname) };
  if (!url || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '' || !/^\/?\d*$/.test(url.pathname)) {
    const hint = 'it looks like redis://:password@host:6379/0, rediss://… or unix:///path';
    throw new NvError({ code: 'NV_QUEUE', message: 'NETVIS_REDIS_URL is not a Redis URL', hint });
  }
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 6379),
    db: Number(url.pathname.slice(1) || 0),
    ...(url.username ? { username: decodeURIComponent(url.username) } : {}),
    ...(url.password ? { password: decodeURIComponent(url.password) } : {}),
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
  };
}
