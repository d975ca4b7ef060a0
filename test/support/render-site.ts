import { createHash } from 'node:crypto';
import { readPlaybooks } from '../../control-plane/src/adapters/playbooks/read-playbooks.ts';
import { createRenderer } from '../../control-plane/src/adapters/templates/nunjucks-renderer.ts';
import { loadSite } from '../../control-plane/src/adapters/yaml/load-site.ts';
import { type ExpandContext, expandPart, type Step } from '../../control-plane/src/core/expand-playbook.ts';
import { type HostVars, hostVars } from '../../control-plane/src/core/host-vars.ts';
import type { LiveRoles, Site, SiteHost } from '../../control-plane/src/core/site.ts';
import { stepKinds } from '../../control-plane/src/core/steps/step-kinds.ts';
import { repositoryPath } from './repository-path.ts';

export const renderer = createRenderer(repositoryPath('templates'), repositoryPath('playbooks'));

/** Every step of every host of an inventory in the repository, as a first apply on blank hosts sees them. */
export async function renderSite(inventory: string): Promise<ReadonlyMap<string, readonly Step[]>> {
  const { site } = await loadSite(repositoryPath(inventory));
  return expandSite(site);
}

/** The same for a site that is loaded already. */
export async function expandSite(site: Site, live: LiveRoles = blankRoles(site)): Promise<ReadonlyMap<string, readonly Step[]>> {
  const { playbook, parts } = await readPlaybooks(repositoryPath('playbooks'));
  const stepsOf = (host: SiteHost) =>
    playbook.stages.flatMap(({ stage, part: name }) => {
      const part = parts.get(name);
      if (!part) throw new Error(`there is no part ${name}`);
      return expandPart(part, context(stage, varsOf(site, host, live)));
    });
  return new Map(site.hosts.map((host) => [host.name, stepsOf(host)]));
}

/** The variables of one host with plausible facts of its system. */
export function varsOf(site: Site, host: SiteHost, live: LiveRoles = blankRoles(site)): HostVars {
  return hostVars(site, host, { live, system: { interface: 'eth0', prefix: 24, cores: 2, memoryMb: 4096 } });
}

export function blankRoles(site: Site): LiveRoles {
  const address = (name: string) => site.hosts.find((host) => host.name === name)?.address ?? '';
  const { initialPrimary: primary } = site.postgres;
  const { initialMaster: master } = site.redis;
  const standbys = site.byRole.postgres.map(({ name }) => name).filter((name) => name !== primary);
  return {
    postgres: { bootstrapped: false, primary, address: address(primary), standbys },
    redis: { bootstrapped: false, master, address: address(master) },
    etcd: { bootstrapped: false },
    webVipHolder: null,
  };
}

function context(stage: string, vars: HostVars): ExpandContext {
  return {
    stage,
    vars,
    kinds: stepKinds,
    renderer,
    purpose: 'compare',
    seal: (text) => ({ text, sha256: createHash('sha256').update(text).digest('hex') }),
    artifact: (name) => ({ sha256: createHash('sha256').update(name).digest('hex'), sizeBytes: 1, localPath: `/artifacts/${name}.tar.gz` }),
  };
}
