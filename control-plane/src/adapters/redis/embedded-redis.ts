import { Redis, type RedisOptions } from 'ioredis';
import { NvError } from '../../core/errors.ts';
import { takeFileLock } from '../file-lock.ts';
import { openStateSubdirectory } from '../state-directory.ts';
import { clientsPath, ensureServer, socketPath } from './embedded-server.ts';
import { parseRedisUrl } from './redis-url.ts';
import { watchServer } from './watch-server.ts';

/** Options for ioredis and BullMQ alike; their retrying ends, and what waits for an answer rejects, once the queue is lost. */
export type QueueConnection = Omit<RedisOptions, 'retryStrategy'> & { readonly retryStrategy?: (times: number) => number | null };

/**
 * The Redis of the queue and the run store. `lost` aborts, with an NV_QUEUE error as its reason, when the embedded server
 * died and cannot be started again; an outer Redis is waited for.
 */
export type QueueRedis = { readonly connectionOptions: QueueConnection; readonly lost: AbortSignal; close(): Promise<void> };

const clientWaitSeconds = 30;
const outerTimeoutMs = 5000;
const restartMs = 100;

/**
 * Gives the Redis named by NETVIS_REDIS_URL, else one of the control plane's own: started in the state directory by
 * whoever finds none there, shared by all processes of the user, ended after its last client, killed ones included.
 * Rejects with NV_QUEUE when there is none to be had. `close` after the connections made of the options are closed.
 */
export async function openQueueRedis(
  stateDirectory: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<QueueRedis> {
  const url = environment.NETVIS_REDIS_URL;
  return url
    ? await openOuter(parseRedisUrl(url))
    : await openEmbedded(await openStateSubdirectory(stateDirectory, 'redis'), environment.PATH);
}

async function openEmbedded(directory: string, searchPath: string | undefined): Promise<QueueRedis> {
  const path = socketPath(directory);
  const release = await takeFileLock(clientsPath(directory), { shared: true, waitSeconds: clientWaitSeconds }).catch((cause: unknown) => {
    throw new NvError({ code: 'NV_QUEUE', message: `the queue's directory ${directory} cannot be locked` }, { cause });
  });
  try {
    await ensureServer(directory, searchPath);
  } catch (error) {
    await release();
    throw error;
  }
  const lost = new AbortController();
  const stopWatch = watchServer({ directory, searchPath, onLost: (error) => lost.abort(lostError(directory, error)) });
  return {
    connectionOptions: { path, retryStrategy: () => (lost.signal.aborted ? null : restartMs) },
    lost: lost.signal,
    async close() {
      stopWatch();
      await release();
    },
  };
}

function lostError(directory: string, cause: unknown): NvError {
  if (cause instanceof NvError && cause.code === 'NV_QUEUE') return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const hint = `Is ${directory} still there, with space and its owner's rights? What a run did is kept on the hosts: apply again.`;
  return new NvError(
    { code: 'NV_QUEUE', message: `the queue's redis-server died and cannot be started again: ${reason}`, hint },
    { cause },
  );
}

async function openOuter(connectionOptions: QueueConnection): Promise<QueueRedis> {
  const redis = new Redis({ ...connectionOptions, lazyConnect: true, connectTimeout: outerTimeoutMs, retryStrategy: () => null });
  let reason = '';
  redis.on('error', (error: Error) => {
    reason = error.message;
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (cause) {
    const hint = 'check NETVIS_REDIS_URL, or leave it out to use a Redis of our own';
    throw new NvError(
      { code: 'NV_QUEUE', message: `the Redis of NETVIS_REDIS_URL does not answer: ${reason || String(cause)}`, hint },
      { cause },
    );
  } finally {
    redis.disconnect();
  }
  return { connectionOptions, lost: new AbortController().signal, close: async () => undefined };
}
