import { join, resolve } from 'node:path';
import { loadArtifacts } from '../../control-plane/src/adapters/artifacts/load-artifacts.ts';
import { readPlaybooks } from '../../control-plane/src/adapters/playbooks/read-playbooks.ts';
import { openRunSecrets } from '../../control-plane/src/adapters/secrets/run-secrets.ts';
import { createRemoteHosts } from '../../control-plane/src/adapters/ssh/remote-hosts.ts';
import { systemClock } from '../../control-plane/src/adapters/system-clock.ts';
import { createRenderer } from '../../control-plane/src/adapters/templates/nunjucks-renderer.ts';
import { loadSite } from '../../control-plane/src/adapters/yaml/load-site.ts';
import { openSecrets } from '../../control-plane/src/compose.ts';
import { deriveLiveRoles, systemFacts } from '../../control-plane/src/core/cluster-view.ts';
import type { Step } from '../../control-plane/src/core/expand-playbook.ts';
import type { HostFacts } from '../../control-plane/src/core/facts/fact-source.ts';
import { stepKinds } from '../../control-plane/src/core/steps/step-kinds.ts';
import { readHost } from '../../control-plane/src/execute/read-host.ts';
import { type RenderState, type RunSite, stepsOf } from '../../control-plane/src/execute/run-site.ts';
import type { RemoteHost, RemoteHosts } from '../../control-plane/src/ports/remote-host.ts';
import { repository, type Stack } from '../lab/stack.ts';

/** A cluster's steps as an apply expands them now: with its secrets, its live roles and the facts of its hosts. */
export type LiveSite = {
  readonly run: RunSite;
  readonly steps: ReadonlyMap<string, readonly Step[]>;
  readonly state: RenderState;
  readonly facts: Readonly<Record<string, HostFacts>>;
  /** What each host answered to the facts script, as it came. */
  readonly recordings: ReadonlyMap<string, string>;
};

/** Reads every host of a stack, blank or applied, and expands its steps; the secrets must be there. */
export async function readLiveSite(stack: Stack): Promise<LiveSite> {
  const opened = await openRun(resolve(repository, stack.inventory), stack.environment);
  const recordings = new Map<string, string>();
  const run = { ...opened, remotes: recording(opened.remotes, recordings) };
  try {
    const results = await Promise.all(run.site.hosts.map(({ name }) => readHost(run, name, systemClock)));
    const facts = Object.fromEntries(results.map((result) => [result.host, factsOf(result)]));
    const { live } = deriveLiveRoles(run.site, facts);
    const systems = Object.fromEntries(run.site.hosts.map((host) => [host.name, systemFacts(host, facts[host.name] as HostFacts)]));
    const steps = new Map(run.site.hosts.map((host) => [host.name, stepsOf(run, host, { live, systems })]));
    return { run, steps, state: { live, systems }, facts, recordings };
  } finally {
    await run.remotes.closeAll();
  }
}

/** The same hosts; the output of every command is kept under the host's name. */
function recording(remotes: RemoteHosts, outputs: Map<string, string>): RemoteHosts {
  const get = (name: string): RemoteHost => {
    const remote = remotes.get(name);
    const run: RemoteHost['run'] = async (command, options) => {
      const output = await remote.run(command, options);
      outputs.set(name, output.stdout);
      return output;
    };
    return { ...remote, run };
  };
  return { get, closeAll: () => remotes.closeAll() };
}

function factsOf(result: Awaited<ReturnType<typeof readHost>>): HostFacts {
  if ('facts' in result) return result.facts;
  throw new Error(`${result.host} cannot be read: ${result.problem.message}`);
}

/** What a run of the inventory works with, secrets unlocked. The path is absolute. */
export async function openRun(inventoryPath: string, environment: Readonly<Record<string, string>>): Promise<RunSite> {
  const { site } = await loadSite(inventoryPath);
  const settings = await openSecrets(inventoryPath);
  const secrets = await openRunSecrets({ ...settings, environment: { ...settings.environment, ...environment } });
  await secrets.unlock(true);
  const reached = { hosts: site.hosts, lookup: secrets.lookup, baseDirectory: join(inventoryPath, '..'), acceptNewHostKeys: false };
  return {
    ...(await readPlaybooks(join(repository, 'playbooks'))),
    record: recordOf(site.cluster, inventoryPath),
    site,
    targets: site.hosts,
    kinds: stepKinds,
    renderer: createRenderer(join(repository, 'templates')),
    artifacts: await loadArtifacts(site, { root: repository, stateDir: environment.NETVIS_STATE_DIR ?? '' }),
    remotes: createRemoteHosts(reached),
    lockRemotes: createRemoteHosts(reached),
    secrets,
  };
}

function recordOf(cluster: string, inventoryPath: string): RunSite['record'] {
  const rest = { inventoryText: '', forks: 20, maxFail: 1, lockEpoch: 0, createdAt: systemClock.nowIso(), owner: 'bench' };
  return { id: 'bench', cluster, mode: 'plan', inventoryPath, ...rest };
}
