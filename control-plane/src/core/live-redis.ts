import type { Problem } from './errors.ts';
import { isMasterWithData, type RedisFact } from './facts/redis.ts';
import type { SentinelFact } from './facts/sentinel.ts';
import type { Seen } from './facts-by-host.ts';
import type { LiveRoles, Site, SiteHost } from './site.ts';

type Input = { readonly site: Site; readonly servers: readonly Seen<RedisFact>[]; readonly sentinels: readonly Seen<SentinelFact>[] };
type Live = { readonly role: LiveRoles['redis']; readonly problems: readonly Problem[] };

/**
 * The master: the one a majority of all Sentinels names; else the one with replicas; else the one the replicas follow;
 * else the only one with data; else the inventory's. Without a majority nothing is chosen between two that may hold
 * writes, or against a Sentinel that answers: that is a problem.
 */
export function liveRedis(input: Input): Live {
  const { site, servers, sentinels } = input;
  const named = majority(
    sentinels.flatMap(({ fact }) => fact.master?.host ?? []),
    site.byRole.sentinel.length,
  );
  const byName = named === null ? undefined : site.byRole.redis.find((host) => host.address === named || host.name === named);
  const leading = servers.filter(({ fact }) => fact.role === 'master' && fact.replicas > 0).map(({ host }) => host);
  const found = byName ?? leading[0] ?? followed(input) ?? loneMaster(input) ?? initialMaster(site);
  const doubts = named === null ? [...twoMasters(servers), ...againstSentinels(sentinels, found)] : [];
  return { role: asRole(found, isBootstrapped(input)), problems: [...strangeMaster(named, byName), ...doubts] };
}

function initialMaster(site: Site): SiteHost | undefined {
  return site.byRole.redis.find(({ name }) => name === site.redis.initialMaster);
}

/** The value that more than half of `total` name. */
function majority(values: readonly string[], total: number): string | null {
  return values.find((value) => values.filter((other) => other === value).length * 2 > total) ?? null;
}

/** The host most replicas follow, running or, by their own files, stopped. */
function followed({ site, servers }: Input): SiteHost | undefined {
  const upstreams = servers.flatMap(({ fact }) => (fact.running ? fact.master?.host : fact.fileMaster) ?? []);
  const counted = site.byRole.redis
    .map((host) => ({ host, votes: upstreams.filter((upstream) => upstream === host.address || upstream === host.name).length }))
    .filter(({ host, votes }) => votes > 0 && !servers.some((server) => server.host.name === host.name && server.fact.role === 'slave'));
  return counted.sort((a, b) => b.votes - a.votes)[0]?.host;
}

/** Of masters without replicas one with data; else, as while a cluster is built, the inventory's choice comes first. */
function loneMaster({ site, servers }: Input): SiteHost | undefined {
  const masters = servers.filter(({ fact }) => fact.role === 'master');
  const holding = masters.filter(({ fact }) => isMasterWithData(fact));
  const hosts = (holding.length > 0 ? holding : masters).map(({ host }) => host);
  return hosts.find(({ name }) => name === initialMaster(site)?.name) ?? hosts[0];
}

function isBootstrapped({ servers, sentinels }: Input): boolean {
  return servers.some(({ fact }) => fact.running || fact.hasData) || sentinels.some(({ fact }) => fact.master !== null);
}

function asRole(host: SiteHost | undefined, bootstrapped: boolean): LiveRoles['redis'] {
  return { bootstrapped, master: host?.name ?? '', address: host?.address ?? '' };
}

function strangeMaster(named: string | null, host: SiteHost | undefined): readonly Problem[] {
  if (named === null || host) return [];
  return [
    {
      code: 'NV_REFUSED',
      message: `the Sentinels name ${named} as master, which is no redis host of the inventory`,
      hint: 'Add the host to the inventory, or let Sentinel fail over to one that is in it.',
    },
  ];
}

function twoMasters(servers: Input['servers']): readonly Problem[] {
  const rivals = servers.filter(({ fact }) => isMasterWithData(fact)).map(({ host }) => host.name);
  if (rivals.length < 2) return [];
  return [
    {
      code: 'NV_REFUSED',
      message: `${rivals.join(' and ')} are Redis masters with data or replicas, and no majority of the Sentinels names one of them`,
      hint: 'Start the Sentinels, or make the one whose writes are to be given up a replica by REPLICAOF.',
    },
  ];
}

/** A Sentinel alone decides nothing, but it may know of a failover that the servers do not show. */
function againstSentinels(sentinels: Input['sentinels'], found: SiteHost | undefined): readonly Problem[] {
  const others = sentinels.flatMap(({ host, fact }) => {
    const master = fact.running ? fact.master?.host : undefined;
    return master === undefined || master === found?.address || master === found?.name ? [] : [`${host.name} names ${master}`];
  });
  if (others.length === 0) return [];
  return [
    {
      code: 'NV_REFUSED',
      message: `no majority of the Sentinels names a Redis master; ${others.join(', ')}, the servers speak for ${found?.name ?? 'none'}`,
      hint: 'Start the Sentinels, or wait for the end of a failover, then apply again.',
    },
  ];
}
