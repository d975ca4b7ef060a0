import { NvError } from '../core/errors.ts';
import { expandPart, type Renderer, type Step } from '../core/expand-playbook.ts';
import { hostVars, type SystemFacts } from '../core/host-vars.ts';
import { didYouMean } from '../core/inventory/did-you-mean.ts';
import type { Role } from '../core/inventory/schema.ts';
import type { Part, SitePlaybook } from '../core/playbook.ts';
import type { LiveRoles, Site, SiteHost } from '../core/site.ts';
import type { Blob, StepKind } from '../core/steps/step-kind.ts';
import type { RemoteHosts } from '../ports/remote-host.ts';
import type { RunSecrets } from '../ports/run-secrets.ts';
import type { RunRecord } from '../ports/run-store.ts';

/** All that is loaded to work on one run, the same in every worker. */
export type RunSite = {
  readonly record: RunRecord;
  readonly site: Site;
  /** Hosts of the run's `limit`; all without one. */
  readonly targets: readonly SiteHost[];
  readonly playbook: SitePlaybook;
  readonly parts: ReadonlyMap<string, Part>;
  readonly kinds: ReadonlyMap<string, StepKind<unknown>>;
  readonly renderer: Renderer;
  readonly artifacts: ReadonlyMap<string, Blob>;
  readonly remotes: RemoteHosts;
  /** The same hosts over connections of their own, for what must get through while a batch or an upload is under way. */
  readonly lockRemotes: RemoteHosts;
  readonly secrets: RunSecrets;
};

/** What steps are rendered with beside the site itself. */
export type RenderState = { readonly live: LiveRoles; readonly systems: Readonly<Record<string, SystemFacts>> };

/** The steps of a host in all stages (or one), in order, limited to the run's tags. */
export function stepsOf(run: RunSite, host: SiteHost, state: RenderState & { stage?: string }): readonly Step[] {
  return expand(run, host, { ...state, purpose: 'compare' });
}

/** The same steps as far as their facts need it: without content, with live roles not yet known. */
export function stepsForFacts(run: RunSite, host: SiteHost, stage?: string): readonly Step[] {
  return expand(run, host, { purpose: 'facts', live: initialLive(run.site), systems: {}, ...(stage ? { stage } : {}) });
}

/**
 * Expands every host's steps once, so that a mistake in a playbook or a tag shows before any host is asked. Throws
 * NV_PLAYBOOK_INVALID, or NV_SELECTOR for a tag that nothing has.
 */
export function checkPlaybooks(run: RunSite): void {
  const parts = [...run.parts.values()];
  const known = new Set(parts.flatMap(({ part, steps }) => [part, ...steps.flatMap(({ tags }) => tags)]));
  for (const tag of run.record.tags ?? []) if (!known.has(tag)) throw unknownTag(tag, [...known].sort());
  for (const host of run.site.hosts) stepsForFacts(run, host);
}

function unknownTag(tag: string, known: readonly string[]): NvError {
  return new NvError({ code: 'NV_SELECTOR', message: `nothing has the tag "${tag}"`, hint: didYouMean(tag, known) });
}

/** Hosts to read: the run's own, and those whose live roles everybody else is configured by. */
export function hostsToRead(run: RunSite): readonly string[] {
  const targets = new Set(run.targets.map(({ name }) => name));
  return run.site.hosts
    .filter((host) => targets.has(host.name) || host.roles.some((role) => dataRoles.includes(role)))
    .map(({ name }) => name);
}

const dataRoles: readonly Role[] = ['postgres', 'redis', 'sentinel', 'etcd'];

/** The host of that name. Throws a plain Error: names come from the site itself. */
export function hostOf(run: RunSite, name: string): SiteHost {
  const host = run.site.hosts.find((candidate) => candidate.name === name);
  if (!host) throw new Error(`no host ${name} in the run's site`);
  return host;
}

type ExpandState = RenderState & { readonly stage?: string; readonly purpose: 'facts' | 'compare' };

function expand(run: RunSite, host: SiteHost, state: ExpandState): readonly Step[] {
  const vars = hostVars(run.site, host, { live: state.live, system: state.systems[host.name] ?? unknownSystem });
  const stages = run.playbook.stages.filter(({ stage }) => state.stage === undefined || stage === state.stage);
  const steps = stages.flatMap(({ stage, part }) =>
    expandPart(partOf(run, part), {
      stage,
      vars,
      kinds: run.kinds,
      renderer: run.renderer,
      purpose: state.purpose,
      seal: run.secrets.seal,
      artifact: (name) => artifactOf(run, name),
    }).map((step) => ({ step, part })),
  );
  return steps.filter(({ step, part }) => isTagged(step, part, run.record.tags)).map(({ step }) => step);
}

function isTagged(step: Step, part: string, tags: readonly string[] | undefined): boolean {
  return !tags || tags.includes(part) || step.tags.some((tag) => tags.includes(tag));
}

function partOf(run: RunSite, name: string): Part {
  const part = run.parts.get(name);
  if (!part) throw new NvError({ code: 'NV_PLAYBOOK_INVALID', message: `site.yaml names the part "${name}", which has no playbook` });
  return part;
}

function artifactOf(run: RunSite, name: string): Blob {
  const blob = run.artifacts.get(name);
  if (!blob) throw new NvError({ code: 'NV_PLAYBOOK_INVALID', message: `there is no artifact "${name}"` });
  return blob;
}

const unknownSystem: SystemFacts = { interface: 'unknown', prefix: 0, cores: 0, memoryMb: 0 };
/** The roles a blank cluster starts with; for facts any valid ones do. */
function initialLive({ postgres, redis, hosts }: Site): LiveRoles {
  const addressOf = (name: string) => hosts.find((host) => host.name === name)?.address ?? hosts[0]?.address ?? '';
  return {
    postgres: { bootstrapped: false, primary: postgres.initialPrimary, address: addressOf(postgres.initialPrimary) },
    redis: { bootstrapped: false, master: redis.initialMaster, address: addressOf(redis.initialMaster) },
    etcd: { bootstrapped: false },
    webVipHolder: null,
  };
}
