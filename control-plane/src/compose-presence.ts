import { randomUUID } from 'node:crypto';
import { type ConnectionOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { enterEngine } from './adapters/redis/engine-presence.ts';
import { systemClock } from './adapters/system-clock.ts';
import { NvError } from './core/errors.ts';
import type { RunStore } from './ports/run-store.ts';
import { endForsakenRuns } from './queue/forsaken-runs.ts';
import type { JobData } from './queue/run-jobs.ts';

type Options = {
  readonly redis: Redis;
  readonly connection: ConnectionOptions;
  readonly store: RunStore;
  /** The queue shared with other processes; absent = one of this engine alone, which bears its id. */
  readonly sharedQueue: string | undefined;
  readonly onError: (error: Error) => void;
};

/** This engine among the living. `gone` aborts with an NV_QUEUE error when others took it for dead and gave its queue up. */
export type Presence = { readonly id: string; readonly gone: AbortSignal; close(): Promise<void>; abandon(): void };

const sweepMs = 60_000;

/** Enters this process's engine, removes the queues of dead ones and, on a shared queue, ends the runs they left open. */
export function openPresence({ redis, connection, store, sharedQueue, onError }: Options): Presence {
  const id = `netvis-${randomUUID()}`;
  const presence = enterEngine(redis, { id, mayReturn: sharedQueue !== undefined, onError });
  const gone = new AbortController();
  presence.gone.addEventListener('abort', () => gone.abort(takenForDead()), { once: true });
  const cleared = presence.dead.then((dead) => Promise.all(dead.map((queue) => removeQueue(queue, connection)))).catch(onError);
  const shared = sharedQueue === undefined ? null : new Queue<JobData>(sharedQueue, { connection });
  shared?.on('error', onError);
  const liveJobs = async () => (await shared?.getJobs(['active', 'waiting', 'waiting-children', 'delayed', 'prioritized'])) ?? [];
  const sweep = () => endForsakenRuns({ store, clock: systemClock, liveJobs, isAlive: presence.isAlive }).catch(onError);
  const sweeps = shared && setInterval(sweep, sweepMs).unref();
  const swept = shared ? cleared.then(sweep) : cleared;
  const close = async () => {
    if (sweeps) clearInterval(sweeps);
    await swept;
    await Promise.all([presence.leave(), shared?.close()]);
  };
  const abandon = () => void shared?.disconnect().catch(onError);
  return { id, gone: gone.signal, close, abandon };
}

/** Removes a queue and all its jobs. */
export async function removeQueue(name: string, connection: ConnectionOptions): Promise<void> {
  const queue = new Queue(name, { connection });
  await queue.obliterate({ force: true });
  await queue.close();
}

function takenForDead(): NvError {
  return new NvError({
    code: 'NV_QUEUE',
    message: 'this process stood still for more than a minute, and another one took it for dead and gave its jobs up',
    hint: 'Start again: what is done already is not repeated.',
  });
}
