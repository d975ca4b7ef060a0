import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { StateAnswer } from '@netvis/agent/contract/operator';
import type { ConnectionOptions } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import { createClusterLock } from './adapters/cluster-lock/cluster-lock.ts';
import { openQueueRedis } from './adapters/redis/embedded-redis.ts';
import { isEngineAlive } from './adapters/redis/engine-presence.ts';
import { createRedisRunLock } from './adapters/redis/run-lock.ts';
import { createRunStore } from './adapters/redis/run-store.ts';
import { openRunSecrets } from './adapters/secrets/run-secrets.ts';
import type { SecretSettings } from './adapters/secrets/secret-source.ts';
import { createRemoteHosts } from './adapters/ssh/remote-hosts.ts';
import { openStateDirectory } from './adapters/state-directory.ts';
import { systemClock } from './adapters/system-clock.ts';
import { createRenderer } from './adapters/templates/nunjucks-renderer.ts';
import { loadSite, siteFromText } from './adapters/yaml/load-site.ts';
import { closeEngine } from './compose-close.ts';
import { openPresence } from './compose-presence.ts';
import { createRunSites, type RunSites } from './compose-run-sites.ts';
import { root, secretSettings } from './compose-secrets.ts';
import type { Renderer } from './core/expand-playbook.ts';
import type { Operation } from './core/operations/operation.ts';
import type { Site } from './core/site.ts';
import type { Status } from './core/status/status.ts';
import { operate, readState } from './execute/operate-cluster.ts';
import { isAnyManaged, readCluster } from './execute/read-cluster.ts';
import type { Engine } from './pipeline.ts';
import type { ClusterLock } from './ports/cluster-lock.ts';
import type { RemoteHosts } from './ports/remote-host.ts';
import type { RunLock } from './ports/run-lock.ts';
import type { RunSecrets } from './ports/run-secrets.ts';
import type { RunRecord, RunStore } from './ports/run-store.ts';
import { openRunWorker, type RunWorker } from './queue/run-worker.ts';

export type EngineOptions = {
  /** Absent = NETVIS_STATE_DIR, else the user's own. */
  readonly stateDir?: string;
  readonly forks: number;
  readonly acceptNewHostKeys: boolean;
  /** Absent = a queue of this process alone, removed when it closes. */
  readonly queueName?: string;
  /** Told of trouble that mends itself, such as a lost connection to the queue. */
  readonly warn: (message: string) => void;
};

export type OpenEngine = { readonly engine: Engine; close(): Promise<void> };

/** The annotated example inventories of this installation. */
export const examplesDirectory = join(root, 'inventory');

/** Opens queue, store and worker. `close` lets the jobs in hand finish; safe to call twice. */
export async function openEngine(options: EngineOptions): Promise<OpenEngine> {
  const stateDir = await openStateDirectory(options.stateDir);
  const queueRedis = await openQueueRedis(stateDir);
  // The queue's own option type lacks a null that the client's allows.
  const connection = { ...queueRedis.connectionOptions, maxRetriesPerRequest: null } as ConnectionOptions & RedisOptions;
  const redis = new Redis(connection);
  // Of a lost queue its user is told once, with the reason.
  const onError = (error: Error) => (queueRedis.lost.aborted ? undefined : options.warn(error.message));
  redis.on('error', onError);
  const store = createRunStore(redis);
  const sites = createRunSites({ store, stateDir, acceptNewHostKeys: options.acceptNewHostKeys });
  const clusterLock = createClusterLock({ clock: systemClock });
  const presence = openPresence({ redis, connection, store, sharedQueue: options.queueName, onError });
  const lost = AbortSignal.any([queueRedis.lost, presence.gone]);
  const queueName = options.queueName ?? presence.id;
  const lock = createRedisRunLock(redis);
  const worker = await openRunWorker({ ...options, connection, queueName, store, lock, clock: systemClock, openRun: sites.open, onError });
  const ownQueue = options.queueName ? null : queueName;
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= closeEngine({ queueRedis, lost, presence, connection, redis, worker, sites, ownQueue });
    return closing;
  };
  return { engine: engineOf({ store, lock, clusterLock, sites, worker, lost, id: presence.id }), close };
}

type EngineParts = {
  id: string;
  store: RunStore;
  lock: RunLock;
  clusterLock: ClusterLock;
  sites: RunSites;
  worker: RunWorker;
  lost: AbortSignal;
};

function engineOf({ sites, worker, ...parts }: EngineParts): Engine {
  return {
    ...parts,
    machine: hostname(),
    clock: systemClock,
    newRunId: () => randomUUID(),
    clusterOf: async ({ inventoryText, inventoryPath }) => siteFromText(inventoryText, inventoryPath).site.cluster,
    openRun: sites.open,
    closeRun: sites.close,
    queue: worker.queue,
  };
}

/** A cluster to look at, without queue or run. */
export type Look = { status(): Promise<Status>; isManaged(): Promise<boolean>; close(): Promise<void> };

/** Opens the hosts of an inventory for looking at. Rejects with what is wrong with the inventory. */
export async function openLook(inventory: string): Promise<Look> {
  const { site, remotes } = await openHosts(inventory);
  const reader = { remotes, clock: systemClock };
  const names = site.hosts.map(({ name }) => name);
  return { status: () => readCluster(site, reader), isManaged: () => isAnyManaged(names, reader), close: () => remotes.closeAll() };
}

/** The agents of an inventory's database hosts, for orders and questions about who leads. */
export type OpenOperator = {
  state(): Promise<StateAnswer>;
  operate(operation: Operation): Promise<StateAnswer>;
  close(): Promise<void>;
};

/** Opens the database hosts of an inventory for orders. Rejects with what is wrong with the inventory. */
export async function openOperator(inventory: string): Promise<OpenOperator> {
  const { site, remotes } = await openHosts(inventory);
  const operator = { site, remotes, newId: randomUUID };
  return {
    state: () => readState(operator),
    operate: (operation) => operate(operator, operation),
    close: () => remotes.closeAll(),
  };
}

async function openHosts(inventory: string): Promise<{ site: Site; remotes: RemoteHosts }> {
  const inventoryPath = resolve(inventory);
  const { site } = await loadSite(inventoryPath);
  const { lookup } = await openRunSecrets(secretSettings(site, inventoryPath));
  const baseDirectory = dirname(inventoryPath);
  return { site, remotes: createRemoteHosts({ hosts: site.hosts, lookup, baseDirectory, acceptNewHostKeys: false }) };
}

/** The secrets of an inventory's cluster. */
export async function openSecrets(inventory: string): Promise<SecretSettings> {
  const inventoryPath = resolve(inventory);
  return secretSettings((await loadSite(inventoryPath)).site, inventoryPath);
}

/** What rendering needs beside the inventory's site: templates and the secrets that are there. */
export async function openRendering(inventory: string): Promise<{ site: Site; renderer: Renderer; secrets: RunSecrets }> {
  const inventoryPath = resolve(inventory);
  const { site } = await loadSite(inventoryPath);
  const secrets = await openRunSecrets(secretSettings(site, inventoryPath));
  return { site, renderer: createRenderer(join(root, 'templates')), secrets };
}

export type OpenRunStore = {
  readonly store: RunStore;
  /** Whether somebody carries a run out that has no report: who applies holds the lock, others are alive. */
  readonly isAtWork: (run: RunRecord) => Promise<boolean>;
  close(): Promise<void>;
};

/** The stored runs, for commands that only read them. */
export async function openRunStore(stateDir: string | undefined): Promise<OpenRunStore> {
  const queueRedis = await openQueueRedis(await openStateDirectory(stateDir));
  const redis = new Redis({ ...queueRedis.connectionOptions, maxRetriesPerRequest: null });
  redis.on('error', (error) => process.emitWarning(error.message));
  const lock = createRedisRunLock(redis);
  const close = async () => {
    redis.disconnect();
    await queueRedis.close();
  };
  const isAtWork = async ({ mode, cluster, lockEpoch, engine }: RunRecord) =>
    mode === 'apply' ? await lock.isHeld(cluster, lockEpoch) : engine !== undefined && (await isEngineAlive(redis, engine));
  return { store: createRunStore(redis), isAtWork, close };
}
