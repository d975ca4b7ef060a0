import type { FactRequest, HostFacts } from './facts/fact-source.ts';
import { type HostFact, hostKey } from './facts/host.ts';
import type { Site, SiteHost } from './site.ts';

/** Facts of every host that answered, by the host's name. */
export type FactsByHost = Readonly<Record<string, HostFacts>>;

/** A reading of one host; `host` names it. */
export type Seen<T> = { readonly host: SiteHost; readonly fact: T };

/** Hosts that hold `address` on an interface. */
export function holdersOf(address: string, site: Site, facts: FactsByHost): readonly SiteHost[] {
  return seen<HostFact>(site, facts, { source: 'host', key: hostKey })
    .filter(({ fact }) => fact.addresses.some((held) => held.address === address))
    .map(({ host }) => host);
}

/** The readings of one fact over all hosts that have it. */
export function seen<T>(site: Site, facts: FactsByHost, request: FactRequest): readonly Seen<T>[] {
  return site.hosts.flatMap((host) => {
    const fact = facts[host.name]?.[request.source]?.[request.key] as T | undefined;
    return fact === undefined || fact === null ? [] : [{ host, fact }];
  });
}
