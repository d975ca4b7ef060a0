import { buildSite } from '../../control-plane/src/core/build-site.ts';
import { deriveLiveRoles } from '../../control-plane/src/core/cluster-view.ts';
import type { HostFacts } from '../../control-plane/src/core/facts/fact-source.ts';
import type { HostFact } from '../../control-plane/src/core/facts/host.ts';
import type { PostgresFact } from '../../control-plane/src/core/facts/postgres.ts';
import type { RedisFact } from '../../control-plane/src/core/facts/redis.ts';
import type { SentinelFact } from '../../control-plane/src/core/facts/sentinel.ts';
import type { Role } from '../../control-plane/src/core/inventory/schema.ts';
import * as build from './build-facts.ts';
import { buildInventory } from './build-inventory.ts';

/** The site the readings are of: n1, n2 and n3 at these addresses, each with every role. */
export const site = buildSite(buildInventory());
export const [a, b, c] = ['10.0.0.11', '10.0.0.12', '10.0.0.13'] as const;
export const blank = build.postgresFact();

export type Readings = { postgres?: PostgresFact; redis?: RedisFact; sentinel?: SentinelFact; etcd?: boolean; host?: Partial<HostFact> };

/** Facts of n1, n2 and n3; null = the host did not answer. */
export function facts(...hosts: readonly (Readings | null)[]): Record<string, HostFacts> {
  const named = hosts.map((readings, i) => [`n${i + 1}`, readings] as const);
  return Object.fromEntries(named.flatMap(([name, readings], i) => (readings ? [[name, factsOf(readings, [a, b, c][i] ?? '')]] : [])));
}

export function factsOf({ postgres, redis, sentinel, etcd, host }: Readings, address: string): HostFacts {
  return {
    host: { self: build.hostFact(address, host) },
    postgres: { '/var/lib/netvis/pg': postgres ?? blank },
    redis: { 6379: redis ?? build.redisFact() },
    sentinel: { '26379 netvis-master': sentinel ?? build.sentinelFact(null) },
    etcd: { '/var/lib/netvis/etcd/data 2379': build.etcdFact(etcd ?? false) },
  };
}

/** n1 to n3 with these roles alone. */
export function onlyRole(...roles: readonly Role[]) {
  return Object.fromEntries(Object.entries(buildInventory().hosts).map(([name, { address }]) => [name, { address, roles: [...roles] }]));
}

/** Live roles and problems of n1 to n3, a problem as `CODE message`. */
export function derive(hosts: readonly (Readings | null)[]) {
  const { live, problems } = deriveLiveRoles(site, facts(...hosts));
  return { ...live, problems: problems.map(({ code, message }) => `${code} ${message}`) };
}
