import { join } from 'node:path';
import { Redis } from 'ioredis';
import { openInventoryFolder } from './adapters/inventory-folder.ts';
import { openQueueRedis } from './adapters/redis/embedded-redis.ts';
import { createIdempotencyKeys } from './adapters/redis/idempotency-keys.ts';
import { createReportStore } from './adapters/redis/report-store.ts';
import { openStateDirectory } from './adapters/state-directory.ts';
import { systemClock } from './adapters/system-clock.ts';
import { createAuthenticator } from './adapters/tokens/authenticator.ts';
import { openTokenFile } from './adapters/tokens/token-file.ts';
import type { Api } from './api/api.ts';
import { buildApi } from './api/app.ts';
import { createClusterService } from './api/cluster-service.ts';
import { createRunService } from './api/run-service.ts';
import type { ApiServices } from './api/service.ts';
import { openEngine } from './compose.ts';
import { type KnownClusters, openKnownClusters } from './compose-clusters.ts';
import { inventoryFolder, knowInventory } from './compose-inventory.ts';
import { NvError } from './core/errors.ts';
import { readHosts } from './execute/read-cluster.ts';
import { type Engine, resumeRun, type StartedRun, startRun, watchRun } from './pipeline.ts';
import type { InventorySource } from './ports/inventory-source.ts';

export type ServiceOptions = {
  /** Absent = NETVIS_STATE_DIR, else the user's own. */
  readonly stateDir?: string;
  /** An inventory to be known by its cluster's name, beside those known already. */
  readonly inventory?: string;
  readonly version: string;
  /** Gets the admin token that the first start makes: it cannot be read later. */
  readonly onFirstToken: (token: string) => void;
  /** Takes the log, one JSON object per line. */
  readonly log: { write(line: string): void };
};

/** Workers that share the service's Redis take its jobs from this queue. */
const queueName = 'netvis';
const forks = 20;

/** Opens the REST service with a worker of its own. `close` ends both, after the app was closed. */
export async function openService(options: ServiceOptions): Promise<{ app: Api; close(): Promise<void> }> {
  const stateDir = await openStateDirectory(options.stateDir);
  if (options.inventory) await knowInventory(options.inventory, stateDir);
  const tokens = await openTokenFile(join(stateDir, 'tokens'), options.onFirstToken);
  const warn = (message: string) => options.log.write(`${JSON.stringify({ level: 40, time: systemClock.nowIso(), msg: message })}\n`);
  const opened = await openEngine({ stateDir, forks, queueName, acceptNewHostKeys: false, warn });
  const connection = await openConnection(stateDir, warn);
  const inventories = openInventoryFolder(inventoryFolder(stateDir));
  const clusters = openKnownClusters(inventories);
  const watch = openWatch(opened.engine, warn);
  const parts = { engine: opened.engine, redis: connection.redis, inventories, clusters, watch: watch.take };
  const services: ApiServices = {
    ...servicesOf(parts),
    authenticator: createAuthenticator(tokens, (cluster) => agentTokenOf(clusters, cluster)),
  };
  const app = await buildApi({ services, version: options.version, monotonicMs: systemClock.monotonicMs, log: options.log });
  const close = async () => {
    await watch.close();
    await clusters.close();
    await connection.close();
    await opened.close();
  };
  return { app, close };
}

type Parts = {
  readonly engine: Engine;
  readonly redis: Redis;
  readonly inventories: InventorySource;
  readonly clusters: KnownClusters;
  readonly watch: (run: StartedRun) => void;
};

function servicesOf({ engine, redis, clusters, ...rest }: Parts): Omit<ApiServices, 'authenticator'> {
  const runs = createRunService({
    ...rest,
    store: engine.store,
    keys: createIdempotencyKeys(redis),
    startRun: (request) => startRun(engine, request),
    resumeRun: (request) => resumeRun(engine, request),
  });
  const clusterService = createClusterService({
    siteOf: async (name) => (await clusters.get(name)).site,
    reports: createReportStore(redis),
    lookAt: async ({ cluster }, hosts) => readHosts(hosts, { remotes: (await clusters.get(cluster)).remotes, clock: systemClock }),
    clock: systemClock,
  });
  return { runs, clusters: clusterService, impediments: () => queueTrouble(redis) };
}

/** Reads the events of started runs to their ends. `close` ends those that still go on with a report: interrupted. */
function openWatch(engine: Engine, warn: (message: string) => void): { take(run: StartedRun): void; close(): Promise<void> } {
  const stop = new AbortController();
  const watched = new Set<Promise<unknown>>();
  const take = (run: StartedRun) => {
    const watching = watchRun(engine, run, { onEvent: () => undefined, signal: stop.signal })
      .catch((error) => warn(`run ${run.id} is no longer watched: ${error instanceof Error ? error.message : error}`))
      .finally(() => watched.delete(watching));
    watched.add(watching);
  };
  const close = async () => {
    stop.abort();
    await Promise.all(watched);
  };
  return { take, close };
}

async function queueTrouble(redis: Redis): Promise<readonly string[]> {
  if (redis.status !== 'ready') return ['the queue is not connected'];
  return await redis.ping().then(
    () => [],
    (error: Error) => [`the queue does not answer: ${error.message}`],
  );
}

async function agentTokenOf(clusters: KnownClusters, cluster: string): Promise<string | null> {
  try {
    return (await clusters.get(cluster)).agentToken;
  } catch (error) {
    if (error instanceof NvError && error.code === 'NV_INVENTORY_MISSING') return null;
    throw error;
  }
}

async function openConnection(stateDir: string, warn: (message: string) => void): Promise<{ redis: Redis; close(): Promise<void> }> {
  const queue = await openQueueRedis(stateDir);
  const redis = new Redis({ ...queue.connectionOptions, maxRetriesPerRequest: null });
  redis.on('error', (error) => warn(error.message));
  const close = async () => {
    redis.disconnect();
    await queue.close();
  };
  return { redis, close };
}
