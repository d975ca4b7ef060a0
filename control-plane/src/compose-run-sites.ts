import { dirname, join } from 'node:path';
import { loadArtifacts } from './adapters/artifacts/load-artifacts.ts';
import { readPlaybooks } from './adapters/playbooks/read-playbooks.ts';
import { openRunSecrets } from './adapters/secrets/run-secrets.ts';
import { createRemoteHosts } from './adapters/ssh/remote-hosts.ts';
import { createRenderer } from './adapters/templates/nunjucks-renderer.ts';
import { siteFromText } from './adapters/yaml/load-site.ts';
import { root, secretSettings } from './compose-secrets.ts';
import { selectHosts } from './core/inventory/selector.ts';
import { stepKinds } from './core/steps/step-kinds.ts';
import type { RunSite } from './execute/run-site.ts';
import type { RunRecord, RunStore } from './ports/run-store.ts';

type Settings = { readonly store: Pick<RunStore, 'get'>; readonly stateDir: string; readonly acceptNewHostKeys: boolean };

/** What runs work with, loaded once per attempt and process, and closed with the run or the process. */
export type RunSites = {
  /** `lockEpoch` names the attempt that asks; a later one gets the run as it was opened again. */
  open(id: string, lockEpoch: number): Promise<RunSite>;
  close(id: string): Promise<void>;
  closeAll(): Promise<void>;
};

type Opened = { readonly lockEpoch: number; readonly site: Promise<RunSite> };

export function createRunSites(settings: Settings): RunSites {
  const sites = new Map<string, Opened>();
  const close = async (id: string) => {
    const opened = sites.get(id);
    sites.delete(id);
    if (opened) await closeSite(opened);
  };
  return {
    async open(id, lockEpoch) {
      const known = sites.get(id);
      if (known && known.lockEpoch >= lockEpoch) return await known.site;
      const site = settings.store.get(id).then((record) => openRunSite(record, settings));
      sites.set(id, { lockEpoch, site });
      if (known) await closeSite(known);
      return await site;
    },
    close,
    closeAll: async () => void (await Promise.all([...sites.keys()].map(close))),
  };
}

async function closeSite({ site }: Opened): Promise<void> {
  const [opened] = await Promise.allSettled([site]);
  if (opened.status === 'fulfilled') await Promise.all([opened.value.remotes.closeAll(), opened.value.lockRemotes.closeAll()]);
}

async function openRunSite(record: RunRecord, { stateDir, acceptNewHostKeys }: Settings): Promise<RunSite> {
  const { site } = siteFromText(record.inventoryText, record.inventoryPath);
  const secrets = await openRunSecrets(secretSettings(site, record.inventoryPath));
  const limit = record.limit ? selectHosts(record.limit, site) : null;
  const remotes = { hosts: site.hosts, lookup: secrets.lookup, baseDirectory: dirname(record.inventoryPath), acceptNewHostKeys };
  return {
    ...(await readPlaybooks(join(root, 'playbooks'))),
    record,
    site,
    targets: limit ? site.hosts.filter(({ name }) => limit.includes(name)) : site.hosts,
    kinds: stepKinds,
    renderer: createRenderer(join(root, 'templates')),
    artifacts: await loadArtifacts(site, { root, stateDir }),
    remotes: createRemoteHosts(remotes),
    lockRemotes: createRemoteHosts(remotes),
    secrets,
  };
}
