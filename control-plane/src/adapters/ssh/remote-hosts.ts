import { NvError } from '../../core/errors.ts';
import type { SecretLookup } from '../../core/secret.ts';
import type { SiteHost } from '../../core/site.ts';
import type { RemoteHost, RemoteHosts } from '../../ports/remote-host.ts';
import type { HostKeyPolicy } from './host-keys.ts';
import { createRemoteHost } from './remote-host.ts';
import { resolveTarget } from './resolve-target.ts';

export type RemoteHostsOptions = HostKeyPolicy & {
  readonly hosts: readonly SiteHost[];
  /** Called at each use: for tokens in commands, sudo passwords and key passphrases. */
  readonly lookup: SecretLookup;
  /** Directory of the inventory, which its paths are relative to. */
  readonly baseDirectory: string;
  /** Bound of one connection attempt; 10 s by default. */
  readonly readyTimeoutMs?: number;
  /** Home directory and SSH_AUTH_SOCK of whoever runs this; those of the process by default. */
  readonly environment?: { readonly home: string; readonly agentSocket: string | undefined };
};

/** The site's hosts over SSH, each with one connection made at first use. */
export function createRemoteHosts(options: RemoteHostsOptions): RemoteHosts {
  const settings = { ...options, readyTimeoutMs: options.readyTimeoutMs ?? 10_000 };
  const made = new Map<string, RemoteHost>();
  const make = (name: string): RemoteHost => {
    const host = options.hosts.find((candidate) => candidate.name === name);
    if (!host) throw new NvError({ code: 'NV_USAGE', message: `the site has no host ${name}` });
    return createRemoteHost(name, () => resolveTarget(host, options), settings);
  };
  const get = (name: string): RemoteHost => {
    const host = made.get(name) ?? make(name);
    made.set(name, host);
    return host;
  };
  const closeAll = async () => {
    await Promise.all([...made.values()].map((host) => host.close()));
  };
  return { get, closeAll };
}
