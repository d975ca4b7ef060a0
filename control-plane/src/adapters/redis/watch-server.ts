import { Redis } from 'ioredis';
import { ensureServer, serverTrouble, socketPath } from './embedded-server.ts';

export type WatchOptions = {
  readonly directory: string;
  readonly searchPath: string | undefined;
  /** Called once, with an NV_QUEUE error. */
  readonly onLost: (error: unknown) => void;
};

const retryMs = 100;
/** So many deaths within so long are a server that will not live, as on a full disk. */
const maxDeaths = 5;
const deathWindowMs = 10_000;

/**
 * Starts the server again whenever an otherwise idle connection to it breaks; gives up when that fails or the server
 * keeps dying. Returns what ends the watch.
 */
export function watchServer({ directory, searchPath, onLost }: WatchOptions): () => void {
  const redis = new Redis({ path: socketPath(directory), retryStrategy: () => retryMs, maxRetriesPerRequest: null });
  let watching = true;
  let deaths: readonly number[] = [];
  let reviving = false;
  const stop = () => {
    watching = false;
    redis.disconnect();
  };
  const revive = async () => {
    reviving = true;
    try {
      if (deaths.length >= maxDeaths) throw await serverTrouble(directory, 'keeps dying');
      await ensureServer(directory, searchPath);
    } catch (error) {
      if (watching) onLost(error);
      stop();
    } finally {
      reviving = false;
    }
  };
  redis.on('ready', () =>
    redis.once('close', () => {
      deaths = [...deaths.filter((at) => performance.now() - at < deathWindowMs), performance.now()];
    }),
  );
  // Each failed attempt to connect closes as well: one revival at a time serves them all.
  redis.on('close', () => (watching && !reviving ? revive() : undefined));
  // Its errors say only that it broke; what follows is done at `close`.
  redis.on('error', () => redis.status);
  return stop;
}
