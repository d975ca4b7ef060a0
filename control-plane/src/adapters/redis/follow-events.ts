import type { Redis } from 'ioredis';
import { NvError } from '../../core/errors.ts';
import type { StoredEvent } from '../../core/run-event.ts';
import { unlessAborted } from '../ssh/deadline.ts';

type Entry = [id: string, fields: string[]];

export type FollowOptions = {
  readonly redis: Redis;
  readonly key: string;
  readonly afterSeq: number;
  readonly signal: AbortSignal;
  /** Rejects when the run is unknown. */
  readonly check: () => Promise<unknown>;
  readonly parse: (entry: Entry) => StoredEvent;
};

const blockMs = 5000;
const batchSize = 500;

/**
 * Yields a stream's events after `afterSeq` as they come, over a connection of its own since reading blocks it.
 * Ends when the newest event is a report, or `signal` aborts. Rejects with NV_QUEUE when the connection fails for good.
 */
export async function* followEvents(options: FollowOptions): AsyncGenerator<StoredEvent, void, undefined> {
  await options.check();
  if (options.signal.aborted) return;
  const connection = options.redis.duplicate();
  // A broken connection shows in the pending read as well, or mends itself.
  connection.on('error', () => connection.status);
  const stop = () => connection.disconnect();
  options.signal.addEventListener('abort', stop, { once: true });
  try {
    yield* readUntilReport(connection, options);
  } catch (cause) {
    if (options.signal.aborted) return;
    throw new NvError({ code: 'NV_QUEUE', message: 'the events of the run cannot be read' }, { cause });
  } finally {
    options.signal.removeEventListener('abort', stop);
    stop();
  }
}

async function* readUntilReport(connection: Redis, options: FollowOptions): AsyncGenerator<StoredEvent, void, undefined> {
  let seq = options.afterSeq;
  let last = await unlessAborted(options.signal, newestEvent(connection, options));
  while (!options.signal.aborted && !(last?.event === 'report' && last.seq <= seq)) {
    // A connection that is between two attempts leaves what waits for it unsettled when it is let go.
    const entries = await unlessAborted(options.signal, read(connection, options.key, seq));
    for (const entry of entries) {
      last = options.parse(entry);
      seq = last.seq;
      yield last;
    }
    if (last?.event === 'report') last = await newestEvent(connection, options);
  }
}

async function newestEvent(connection: Redis, options: FollowOptions): Promise<StoredEvent | undefined> {
  const [entry] = await connection.xrevrange(options.key, '+', '-', 'COUNT', 1);
  return entry && options.parse(entry);
}

async function read(connection: Redis, key: string, afterSeq: number): Promise<readonly Entry[]> {
  const streams = await connection.xread('COUNT', batchSize, 'BLOCK', blockMs, 'STREAMS', key, `${afterSeq}-0`);
  return streams?.[0]?.[1] ?? [];
}
