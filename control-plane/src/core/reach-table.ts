import type { FactRequest } from './facts/fact-source.ts';
import { answerKey, reachKey } from './facts/reach.ts';
import type { Role } from './inventory/schema.ts';
import type { Site, SiteHost } from './site.ts';

/** Who must reach whom: a service of role `to` that hosts of role `from` connect to. */
type Relation = { readonly from: Role; readonly to: Role; readonly port: (site: Site, target: SiteHost) => number };

const relations: readonly Relation[] = [
  { from: 'lb', to: 'api', port: (site) => site.app.api?.port ?? 21_301 },
  { from: 'lb', to: 'frontend', port: frontendPort },
  { from: 'api', to: 'postgres', port: (site) => site.postgres.port },
  { from: 'api', to: 'redis', port: (site) => site.redis.port },
  { from: 'postgres', to: 'postgres', port: (site) => site.postgres.port },
  { from: 'postgres', to: 'etcd', port: (site) => site.etcd.clientPort },
  { from: 'etcd', to: 'etcd', port: (site) => site.etcd.peerPort },
  { from: 'redis', to: 'redis', port: (site) => site.redis.port },
  { from: 'sentinel', to: 'redis', port: (site) => site.redis.port },
  { from: 'sentinel', to: 'sentinel', port: (site) => site.redis.sentinelPort },
];

/** A connection `host` must be able to make. */
export type Reachable = { readonly target: SiteHost; readonly port: number };

/** The connections `host` makes to other hosts, each once. */
export function reachableFrom(site: Site, host: SiteHost): readonly Reachable[] {
  const wanted = relations
    .filter(({ from }) => host.roles.includes(from))
    .flatMap(({ to, port }) => site.byRole[to].map((target) => ({ target, port: port(site, target) })))
    .filter(({ target }) => target.name !== host.name);
  return [...new Map(wanted.map((each) => [reachKey(each.target.address, each.port), each])).values()];
}

/** VIPs that `host` may come to hold; each is asked for before a change, so that no stranger has it. */
export function vipsOf(site: Site, host: SiteHost): readonly string[] {
  const { web, postgres, redis } = site.vips;
  const has = (role: Role) => host.roles.includes(role);
  return [
    ...(has('lb') ? [web.address] : []),
    ...(has('postgres') && postgres ? [postgres.address] : []),
    ...(has('redis') && redis ? [redis.address] : []),
  ];
}

export function reachRequests(site: Site, host: SiteHost): readonly FactRequest[] {
  const services = reachableFrom(site, host).map(({ target, port }) => reachKey(target.address, port));
  return [...services, ...vipsOf(site, host).map(answerKey)].map((key) => ({ source: 'reach', key }));
}

function frontendPort(site: Site, target: SiteHost): number {
  return target.roles.includes('lb') ? (site.app.frontend?.portBesideLb ?? 21_300) : (site.app.frontend?.port ?? 80);
}
