import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import type { QueueRedis } from './adapters/redis/embedded-redis.ts';
import { unlessAborted } from './adapters/ssh/deadline.ts';
import { type Presence, removeQueue } from './compose-presence.ts';
import type { RunWorker } from './queue/run-worker.ts';

type Opened = {
  readonly queueRedis: QueueRedis;
  /** Aborts when there is no queue any more to finish anything with. */
  readonly lost: AbortSignal;
  readonly presence: Presence;
  readonly connection: ConnectionOptions;
  readonly redis: Redis;
  readonly worker: RunWorker;
  readonly sites: { closeAll(): Promise<void> };
  /** The queue that ends with this process; null = one that others work on as well. */
  readonly ownQueue: string | null;
};

/** Until then the clients of a lost queue have given up by themselves; one that is cut off before leaves timers of seconds behind. */
const lettingGoMs = 250;

/** Lets the jobs in hand finish and removes the process's own queue. A lost queue has nothing to wait for: all is let go. */
export async function closeEngine(opened: Opened): Promise<void> {
  const { queueRedis, presence, redis, worker, sites } = opened;
  await unlessLost(opened.lost, () => finish(opened));
  if (queueRedis.lost.aborted) await sleep(lettingGoMs);
  worker.abandon();
  presence.abandon();
  await sites.closeAll();
  redis.disconnect();
  await queueRedis.close();
}

async function finish({ connection, presence, worker, sites, ownQueue }: Opened): Promise<void> {
  await worker.close();
  await sites.closeAll();
  await Promise.all([presence.close(), ownQueue && removeQueue(ownQueue, connection)]);
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
