import type { Problem } from './errors.ts';
import type { Batch } from './plan-order.ts';
import type { SitePlaybook } from './playbook.ts';
import { isRunning, tooFew } from './quorum-guard.ts';
import type { LiveRoles, Site } from './site.ts';

type Plan = { readonly live: LiveRoles; readonly batches: readonly Batch[] };
type Left = { readonly host: string; readonly stage: string; readonly why: string };

export type LossInput = {
  readonly site: Site;
  readonly playbook: SitePlaybook;
  /** The batch the run is at; those after it are still to be served. */
  readonly index: number;
  /** Hosts of which a step failed. */
  readonly failed: ReadonlySet<string>;
  /** Hosts that went away. */
  readonly lost: ReadonlySet<string>;
};

/** What is left to do, what is not done any more, and what that leaves open. */
export type AfterLoss<P extends Plan> = { readonly plan: P; readonly left: readonly Left[]; readonly problems: readonly Problem[] };

/**
 * The plan without hosts that failed or went away in the middle of a run. Those that went away may be down by chance, or
 * by what was changed: the stage they were lost in goes no further on any host, nor does one that needs the lost host, as
 * its primary or master, or as a member of a quorum that runs. All else goes on without them.
 */
export function planWithout<P extends Plan>(plan: P, input: LossInput): AfterLoss<P> {
  const left = plan.batches.slice(input.index + 1).flatMap((batch) => leftOf(batch, plan, input));
  const isLeft = (stage: string, host: string) => left.some((each) => each.stage === stage && each.host === host);
  const batches = plan.batches.map((batch, i) =>
    i <= input.index ? batch : { ...batch, hosts: batch.hosts.filter((host) => !isLeft(batch.stage, host)) },
  );
  return { plan: { ...plan, live: liveWithout(plan.live, input.lost), batches }, left, problems: quorumProblems(left, plan, input) };
}

function leftOf(batch: Batch, plan: Plan, input: LossInput): readonly Left[] {
  const whyAll = whyLeft(batch, plan, input);
  const whyOf = (host: string) => {
    if (input.failed.has(host)) return 'an earlier stage failed';
    return input.lost.has(host) ? 'the host was lost' : whyAll;
  };
  return batch.hosts.flatMap((host) => {
    const why = whyOf(host);
    return why === null ? [] : [{ host, stage: batch.stage, why }];
  });
}

/** Why a batch is not served at all; null = it is. */
function whyLeft({ stage }: Batch, { live, batches }: Plan, { playbook, index, site, lost }: LossInput): string | null {
  const now = batches[index];
  if (stage === now?.stage && now.hosts.some((host) => lost.has(host))) return 'a host was lost in this stage';
  const found = playbook.stages.find((candidate) => candidate.stage === stage);
  const leader = found?.leader === 'postgres' ? live.postgres.primary : found?.leader === 'redis' ? live.redis.master : null;
  if (leader !== null && lost.has(leader)) return `${leader}, which this stage needs, was lost`;
  return found?.quorum && lostMembers(found.quorum, { site, live, lost }).length > 0 ? quorumAtRisk : null;
}

const quorumAtRisk = 'one more member down could end the majority';

function lostMembers(quorum: 'etcd' | 'sentinel', { site, live, lost }: Pick<LossInput, 'site' | 'lost'> & { live: LiveRoles }): string[] {
  return isRunning(quorum, live) ? site.byRole[quorum].map(({ name }) => name).filter((name) => lost.has(name)) : [];
}

function quorumProblems(left: readonly Left[], { live }: Plan, { playbook, site, lost }: LossInput): Problem[] {
  const stages = [...new Set(left.filter(({ why }) => why === quorumAtRisk).map(({ stage }) => stage))];
  return stages.map((stage) => {
    const quorum = playbook.stages.find((candidate) => candidate.stage === stage)?.quorum ?? 'etcd';
    const hosts = left.filter((each) => each.stage === stage && each.why === quorumAtRisk).map(({ host }) => host);
    return tooFew(stage, lostMembers(quorum, { site, live, lost }), hosts);
  });
}

/** A lost standby is not waited for. */
function liveWithout(live: LiveRoles, lost: ReadonlySet<string>): LiveRoles {
  const { standbys } = live.postgres;
  return standbys ? { ...live, postgres: { ...live.postgres, standbys: standbys.filter((name) => !lost.has(name)) } } : live;
}
