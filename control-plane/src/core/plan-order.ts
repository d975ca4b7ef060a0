import type { BatchOrder, SitePlaybook } from './playbook.ts';
import { partsOf } from './serial.ts';
import type { LiveRoles } from './site.ts';

type Stage = SitePlaybook['stages'][number];

/** A batch: hosts of one stage that are served at the same time. */
export type Batch = { readonly stage: string; readonly hosts: readonly string[] };

/**
 * The batches of a stage for the hosts that change, in the order its playbook line asks for and of at most `mostHosts`.
 * Standbys cannot be served before a primary that is down, so that one is bootstrapped again. The first members of a
 * quorum are not parted: each waits for the majority of them.
 */
export function batchesOf(
  stage: Stage,
  hosts: readonly string[],
  { live, mostHosts }: { live: LiveRoles; mostHosts: number },
): readonly Batch[] {
  const isNew = !isBootstrapped(stage, live);
  const bound = isNew && stage.quorum ? Number.POSITIVE_INFINITY : mostHosts;
  return split(isNew ? stage.onBootstrap : stage.onChange, hosts, leaderOf(stage, live))
    .flatMap((batch) => partsOf(batch, bound))
    .filter((batch) => batch.length > 0)
    .map((batch) => ({ stage: stage.stage, hosts: batch }));
}

function split(order: BatchOrder, hosts: readonly string[], leader: string | null): readonly (readonly string[])[] {
  const others = hosts.filter((host) => host !== leader);
  const leaders = hosts.filter((host) => host === leader);
  switch (order) {
    case 'together':
      return [hosts];
    case 'one-by-one':
      return [...others, ...leaders].map((host) => [host]);
    case 'leader-first':
      return [leaders, others];
    case 'leader-last':
      return [others, leaders];
    case 'halves':
      return [hosts.slice(0, Math.ceil(hosts.length / 2)), hosts.slice(Math.ceil(hosts.length / 2))];
    default:
      return order satisfies never;
  }
}

function leaderOf(stage: Stage, live: LiveRoles): string | null {
  switch (stage.leader) {
    case 'postgres':
      return live.postgres.primary;
    case 'redis':
      return live.redis.master;
    case 'web':
      return live.webVipHolder;
    case 'etcd':
    case undefined:
      return null;
    default:
      return stage.leader satisfies never;
  }
}

function isBootstrapped(stage: Stage, live: LiveRoles): boolean {
  switch (stage.leader) {
    case 'postgres':
      return live.postgres.bootstrapped && live.postgres.primaryRuns === true;
    case 'redis':
      return live.redis.bootstrapped;
    case 'etcd':
      return live.etcd.bootstrapped && live.etcd.hasMajority === true;
    case 'web':
    case undefined:
      return live.postgres.bootstrapped;
    default:
      return stage.leader satisfies never;
  }
}
