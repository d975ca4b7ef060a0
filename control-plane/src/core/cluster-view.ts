import type { Problem } from './errors.ts';
import { type EtcdFact, etcdData, etcdKey } from './facts/etcd.ts';
import type { FactRequest, HostFacts } from './facts/fact-source.ts';
import { type HostFact, hostKey } from './facts/host.ts';
import type { PostgresFact } from './facts/postgres.ts';
import { type RedisFact, redisKey } from './facts/redis.ts';
import { runLockKey } from './facts/run-lock.ts';
import { type SentinelFact, sentinelKey } from './facts/sentinel.ts';
import { type FactsByHost, holdersOf, seen } from './facts-by-host.ts';
import type { SystemFacts } from './host-vars.ts';
import { livePostgres } from './live-postgres.ts';
import { liveRedis } from './live-redis.ts';
import { reachRequests } from './reach-table.ts';
import type { LiveRoles, Site, SiteHost } from './site.ts';

/** What must be read of a host to know the cluster's live roles and to check it before a change. */
export function viewRequests(site: Site, host: SiteHost): readonly FactRequest[] {
  const has = (role: SiteHost['roles'][number]) => host.roles.includes(role);
  return [
    { source: 'host', key: hostKey },
    { source: 'run-lock', key: runLockKey },
    ...(has('postgres') ? [{ source: 'postgres', key: site.postgres.dataDirectory }] : []),
    ...(has('redis') ? [{ source: 'redis', key: redisKey(site.redis.port) }] : []),
    ...(has('sentinel') ? [{ source: 'sentinel', key: sentinelKey(site.redis.sentinelPort, site.redis.masterName) }] : []),
    ...(has('etcd') ? [{ source: 'etcd', key: etcdKey(etcdData, site.etcd.clientPort) }] : []),
    ...reachRequests(site, host),
  ];
}

/**
 * Who holds which role now, from what the hosts say; a host without facts is silent, and the others decide.
 * `problems` holds what forbids any change (NV_REFUSED): two primaries, or roles that cannot be told.
 */
export function deriveLiveRoles(site: Site, facts: FactsByHost): { readonly live: LiveRoles; readonly problems: readonly Problem[] } {
  const postgres = livePostgres({
    site,
    isManaged: isManaged(site, facts),
    seen: seen<PostgresFact>(site, facts, { source: 'postgres', key: site.postgres.dataDirectory }),
  });
  const redis = liveRedis({
    site,
    servers: seen<RedisFact>(site, facts, { source: 'redis', key: redisKey(site.redis.port) }),
    sentinels: seen<SentinelFact>(site, facts, { source: 'sentinel', key: sentinelKey(site.redis.sentinelPort, site.redis.masterName) }),
  });
  const members = seen<EtcdFact>(site, facts, { source: 'etcd', key: etcdKey(etcdData, site.etcd.clientPort) });
  return {
    live: {
      postgres: postgres.role,
      redis: redis.role,
      etcd: {
        bootstrapped: members.some(({ fact }) => fact.member),
        hasMajority: members.filter(({ fact }) => fact.healthy).length > site.byRole.etcd.length / 2,
      },
      webVipHolder: holdersOf(site.vips.web.address, site, facts)[0]?.name ?? null,
    },
    problems: [...postgres.problems, ...redis.problems],
  };
}

/** Whether some host carries the marker of this cluster: it exists, so its secrets must exist as well. */
export function isManaged(site: Site, facts: FactsByHost): boolean {
  return seen<HostFact>(site, facts, { source: 'host', key: hostKey }).some(({ fact }) => fact.cluster === site.cluster);
}

/** What templates need of the machine: the interface that carries the inventory's address, cores, memory. */
export function systemFacts(host: SiteHost, facts: HostFacts): SystemFacts {
  const fact = facts.host?.[hostKey] as HostFact | undefined;
  const found = fact?.addresses.find(({ address }) => address === host.address);
  return {
    interface: found?.interface ?? 'unknown',
    prefix: found?.prefix ?? 0,
    cores: fact?.cores ?? 0,
    memoryMb: fact?.memoryMb ?? 0,
  };
}
