import { type ConnectionOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { QueueRedis } from './adapters/redis/embedded-redis.ts';
import { unlessAborted } from './adapters/ssh/deadline.ts';
import type { RunWorker } from './queue/run-worker.ts';

type Opened = {
  readonly queueRedis: QueueRedis;
  readonly connection: ConnectionOptions;
  readonly redis: Redis;
  readonly worker: RunWorker;
  readonly sites: { closeAll(): Promise<void> };
  /** The queue that ends with this process; null = one that others work on as well. */
  readonly ownQueue: string | null;
};

/** Lets the jobs in hand finish and removes the process's own queue. A lost queue has nothing to wait for: all is let go. */
export async function closeEngine(opened: Opened): Promise<void> {
  const { queueRedis, redis, worker, sites } = opened;
  await unlessLost(queueRedis.lost, () => finish(opened));
  worker.abandon();
  await sites.closeAll();
  redis.disconnect();
  await queueRedis.close();
}

async function finish({ connection, worker, sites, ownQueue }: Opened): Promise<void> {
  await worker.close();
  await sites.closeAll();
  if (ownQueue) await removeQueue(ownQueue, connection);
}

/** Does `work` as long as there is a queue to do it with. */
async function unlessLost(lost: AbortSignal, work: () => Promise<void>): Promise<void> {
  if (lost.aborted) return;
  try {
    await unlessAborted(lost, work());
  } catch (error) {
    if (!lost.aborted) throw error;
  }
}

async function removeQueue(name: string, connection: ConnectionOptions): Promise<void> {
  const queue = new Queue(name, { connection });
  await queue.obliterate({ force: true });
  await queue.close();
}
