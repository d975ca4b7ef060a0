import { onTestFinished } from 'vitest';
import { openRunWorker, type RunWorker, type WorkerDeps } from '../../control-plane/src/queue/run-worker.ts';
import { buildRunSite } from './build-run-site.ts';
import { queueRedis } from './queue-redis.ts';
import { stillClock } from './still-clock.ts';

type Given = Pick<WorkerDeps, 'store'> & Partial<WorkerDeps>;

/** A worker on a queue and a Redis of the test's own, gone with the test. */
export async function runWorker({ store, ...given }: Given): Promise<RunWorker> {
  const redis = await queueRedis();
  const worker = await openRunWorker({
    connection: { path: redis.options.path as string, maxRetriesPerRequest: null } as WorkerDeps['connection'],
    queueName: 'test',
    forks: 4,
    store,
    lock: { isHeld: async () => true },
    clock: stillClock(),
    openRun: async (id) => buildRunSite(await store.get(id)),
    onError: (error) => {
      throw error;
    },
    ...given,
  });
  onTestFinished(() => worker.close());
  return worker;
}
