import type { Problem } from './errors.ts';
import { type EtcdFact, etcdData, etcdKey } from './facts/etcd.ts';
import type { FactsByHost } from './facts-by-host.ts';
import type { SitePlaybook } from './playbook.ts';
import type { LiveRoles, Site, SiteHost } from './site.ts';

type Stage = SitePlaybook['stages'][number];

export type GuardInput = { readonly site: Site; readonly facts: FactsByHost; readonly live: LiveRoles };

/** Hosts that may change, in the order they should; with a problem instead of hosts where none may. */
export type Guarded = { readonly hosts: readonly string[]; readonly problem: Problem | null };

/**
 * Keeps a majority: while a member of a running quorum cannot be read, no other member is touched, for a restart of
 * one more could end it. Members that are there and ail come first, so that they are well before others restart.
 */
export function guardQuorum(stage: Stage, changing: readonly string[], input: GuardInput): Guarded {
  if (!stage.quorum || changing.length === 0 || !isRunning(stage.quorum, input.live)) return { hosts: changing, problem: null };
  const absent = input.site.byRole[stage.quorum].filter(({ name }) => !input.facts[name]).map(({ name }) => name);
  if (absent.length > 0) return { hosts: [], problem: tooFew(stage.stage, absent, changing) };
  const ailing = changing.filter((name) => stage.quorum === 'etcd' && !isHealthy(name, input));
  return { hosts: [...ailing, ...changing.filter((name) => !ailing.includes(name))], problem: null };
}

/** Whether there is a majority that could be lost. */
export function isRunning(quorum: 'etcd' | 'sentinel', live: LiveRoles): boolean {
  return quorum === 'etcd' ? live.etcd.hasMajority === true : live.redis.bootstrapped;
}

function isHealthy(name: SiteHost['name'], { site, facts }: GuardInput): boolean {
  const fact = facts[name]?.etcd?.[etcdKey(etcdData, site.etcd.clientPort)] as EtcdFact | undefined;
  return fact?.healthy === true;
}

/** Why a stage is left out on hosts that would change. */
export function tooFew(stage: string, absent: readonly string[], changing: readonly string[]): Problem {
  return {
    code: 'NV_QUORUM',
    message: `stage ${stage} is left out on ${changing.join(', ')}: ${absent.join(', ')} cannot be reached, and one more member down could end the majority`,
    hint: 'Bring the host back, then apply again.',
  };
}
