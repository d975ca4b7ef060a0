import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { openRunSecrets } from './adapters/secrets/run-secrets.ts';
import { createRemoteHosts } from './adapters/ssh/remote-hosts.ts';
import { siteFromText } from './adapters/yaml/load-site.ts';
import { openSecrets } from './compose.ts';
import { NvError } from './core/errors.ts';
import type { Site } from './core/site.ts';
import type { InventorySource } from './ports/inventory-source.ts';
import type { RemoteHosts } from './ports/remote-host.ts';

/** A cluster the service knows: its site, its hosts, and the token its agents share (null before its first apply). */
export type KnownCluster = {
  readonly site: Site;
  readonly remotes: RemoteHosts;
  readonly agentToken: string | null;
  /** Whether its secrets are still the ones read. */
  isCurrent(): boolean;
};

export type KnownClusters = {
  /** Rejects with NV_INVENTORY_MISSING for a cluster nobody knows, and with what is wrong with its inventory or secrets. */
  get(cluster: string): Promise<KnownCluster>;
  close(): Promise<void>;
};

type Held = { readonly text: string; readonly cluster: Promise<KnownCluster> };

/** Clusters by the inventories of their names, opened again when the inventory or its secrets changed. */
export function openKnownClusters(inventories: InventorySource): KnownClusters {
  const held = new Map<string, Held>();
  const get = async (name: string): Promise<KnownCluster> => {
    const { text, path } = await inventories.byName(name);
    const known = held.get(name);
    if (known?.text === text && (await known.cluster).isCurrent()) return await known.cluster;
    // While this call waited, another one may have opened the cluster.
    if (held.get(name) !== known) return await get(name);
    const cluster = openCluster(text, path);
    held.set(name, { text, cluster });
    cluster.catch(() => held.delete(name));
    await known?.cluster.then(({ remotes }) => remotes.closeAll());
    return await cluster;
  };
  const close = async () => {
    for (const { cluster } of held.values()) await (await cluster).remotes.closeAll();
  };
  return { get, close };
}

async function openCluster(text: string, path: string): Promise<KnownCluster> {
  const { site } = siteFromText(text, path);
  const settings = await openSecrets(path);
  const readMs = modifiedMs(settings.file);
  const { lookup } = await openRunSecrets(settings);
  return {
    site,
    remotes: createRemoteHosts({ hosts: site.hosts, lookup, baseDirectory: dirname(path), acceptNewHostKeys: false }),
    agentToken: tokenIn(lookup),
    isCurrent: () => modifiedMs(settings.file) === readMs,
  };
}

function tokenIn(lookup: (name: string) => string): string | null {
  try {
    return lookup('agent-token');
  } catch (error) {
    if (error instanceof NvError && error.code === 'NV_SECRET_UNKNOWN') return null;
    throw error;
  }
}

/** When a file was written, 0 while there is none. */
function modifiedMs(file: string): number {
  return existsSync(file) ? statSync(file).mtimeMs : 0;
}
