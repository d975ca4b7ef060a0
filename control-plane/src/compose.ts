import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type ConnectionOptions, Queue } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import { loadArtifacts } from './adapters/artifacts/load-artifacts.ts';
import { readPlaybooks } from './adapters/playbooks/read-playbooks.ts';
import { openQueueRedis } from './adapters/redis/embedded-redis.ts';
import { createRedisRunLock } from './adapters/redis/run-lock.ts';
import { createRunStore } from './adapters/redis/run-store.ts';
import { openRunSecrets } from './adapters/secrets/run-secrets.ts';
import { type SecretSettings, secretsPath } from './adapters/secrets/secret-source.ts';
import { createRemoteHosts } from './adapters/ssh/remote-hosts.ts';
import { openStateDirectory } from './adapters/state-directory.ts';
import { systemClock } from './adapters/system-clock.ts';
import { createRenderer } from './adapters/templates/nunjucks-renderer.ts';
import { siteFromText } from './adapters/yaml/load-site.ts';
import { selectHosts } from './core/inventory/selector.ts';
import type { Site } from './core/site.ts';
import { stepKinds } from './core/steps/step-kinds.ts';
import type { RunSite } from './execute/run-site.ts';
import type { Engine } from './pipeline.ts';
import type { RemoteHosts } from './ports/remote-host.ts';
import type { RunRecord, RunStore } from './ports/run-store.ts';
import { openRunWorker } from './queue/run-worker.ts';

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

/** Where the shipped playbooks and templates lie: beside the bundle's package or the sources. */
const root = resolve(import.meta.dirname, '..', '..');

/** Opens queue, store and worker. `close` lets the jobs in hand finish. */
export async function openEngine(options: EngineOptions): Promise<OpenEngine> {
  const stateDir = await openStateDirectory(options.stateDir);
  const queueRedis = await openQueueRedis(stateDir);
  // The queue's own option type lacks a null that the client's allows.
  const connection = { ...queueRedis.connectionOptions, maxRetriesPerRequest: null } as ConnectionOptions & RedisOptions;
  const redis = new Redis(connection);
  const onError = (error: Error) => options.warn(error.message);
  redis.on('error', onError);
  const store = createRunStore(redis);
  const sites = createSiteCache((id) => store.get(id).then((record) => openRunSite(record, { stateDir, options })));
  const queueName = options.queueName ?? `netvis-${randomUUID()}`;
  const worker = await openRunWorker({ ...options, connection, queueName, store, clock: systemClock, openRun: sites.open, onError });
  const close = async () => {
    await worker.close();
    await sites.close();
    if (!options.queueName) await removeQueue(queueName, connection);
    redis.disconnect();
    await queueRedis.close();
  };
  return { engine: engineOf({ store, redis, open: sites.open, start: worker.start }), close };
}

type EngineParts = { store: RunStore; redis: Redis; open: Engine['openRun']; start: Engine['queue'] };

function engineOf({ store, redis, open, start }: EngineParts): Engine {
  return {
    store,
    lock: createRedisRunLock(redis),
    clock: systemClock,
    newRunId: () => randomUUID(),
    clusterOf: async ({ inventoryText, inventoryPath }) => siteFromText(inventoryText, inventoryPath).site.cluster,
    openRun: open,
    queue: start,
  };
}

/** What a run needs is loaded once per process and closed with it. */
function createSiteCache(load: (id: string) => Promise<RunSite>) {
  const sites = new Map<string, Promise<RunSite>>();
  return {
    open(id: string): Promise<RunSite> {
      const site = sites.get(id) ?? load(id);
      sites.set(id, site);
      return site;
    },
    async close(): Promise<void> {
      for (const site of await Promise.allSettled(sites.values())) if (site.status === 'fulfilled') await site.value.remotes.closeAll();
    },
  };
}

/** The hosts of a site for commands that only look, without a run. */
export async function openRemotes(site: Site, inventoryPath: string, acceptNewHostKeys: boolean): Promise<RemoteHosts> {
  const secrets = await openRunSecrets(secretSettings(site, inventoryPath));
  return createRemoteHosts({ hosts: site.hosts, lookup: secrets.lookup, baseDirectory: dirname(inventoryPath), acceptNewHostKeys });
}

/** Where a site's secrets are; the identity comes from the environment or the user's configuration. */
export function secretSettings(site: Site, inventoryPath: string): SecretSettings {
  return {
    file: secretsPath(inventoryPath, site.secrets.file),
    cluster: site.cluster,
    environment: process.env,
    home: homedir(),
    now: () => new Date(),
  };
}

async function openRunSite(record: RunRecord, context: { stateDir: string; options: EngineOptions }): Promise<RunSite> {
  const { site } = siteFromText(record.inventoryText, record.inventoryPath);
  const secrets = await openRunSecrets(secretSettings(site, record.inventoryPath));
  const limit = record.limit ? selectHosts(record.limit, site) : null;
  const targets = limit ? site.hosts.filter(({ name }) => limit.includes(name)) : site.hosts;
  return {
    ...(await readPlaybooks(join(root, 'playbooks'))),
    record,
    site,
    targets,
    kinds: stepKinds,
    renderer: createRenderer(join(root, 'templates')),
    artifacts: await loadArtifacts(site, { root, stateDir: context.stateDir }),
    remotes: createRemoteHosts({
      hosts: site.hosts,
      lookup: secrets.lookup,
      baseDirectory: dirname(record.inventoryPath),
      acceptNewHostKeys: context.options.acceptNewHostKeys,
    }),
    secrets,
  };
}

async function removeQueue(name: string, connection: ConnectionOptions): Promise<void> {
  const queue = new Queue(name, { connection });
  await queue.obliterate({ force: true });
  await queue.close();
}
