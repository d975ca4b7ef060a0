import type { SecretEncoding } from './secret.ts';
import { secretToken } from './secret.ts';
import type { LiveRoles, Site, SiteHost } from './site.ts';

/** What a host is, as far as templates care: the interface and prefix of its inventory address, cores and memory. */
export type SystemFacts = { readonly interface: string; readonly prefix: number; readonly cores: number; readonly memoryMb: number };

/** The variables of playbooks and templates for one host. */
export type HostVars = Omit<Site, 'cluster' | 'ssh' | 'secrets' | 'groups'> & {
  readonly cluster: string;
  readonly host: SiteHost;
  readonly live: LiveRoles;
  readonly system: SystemFacts;
  readonly secret: (name: string, encoding?: SecretEncoding) => string;
};

/** Builds the variables of `host`; `secret()` yields tokens, never values. */
export function hostVars(site: Site, host: SiteHost, state: { live: LiveRoles; system: SystemFacts }): HostVars {
  const { ssh: _ssh, secrets: _secrets, groups: _groups, ...shared } = site;
  return { ...shared, host, live: state.live, system: state.system, secret: secretToken };
}
