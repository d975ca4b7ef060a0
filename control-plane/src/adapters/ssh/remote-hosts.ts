import { homedir } from 'node:os';
import { join } from 'node:path';
import { NvError } from '../../core/errors.ts';
import type { SecretLookup } from '../../core/secret.ts';
import type { SiteHost } from '../../core/site.ts';
import type { RemoteHost, RemoteHosts } from '../../ports/remote-host.ts';
import type { HostKeyPolicy } from './host-keys.ts';
import { createJumpHosts } from './jump-hosts.ts';
import { createKeyring } from './keyring.ts';
import { createKnownHostsFiles } from './known-hosts-files.ts';
import { createRemoteHost } from './remote-host.ts';
import { type Origin, resolveTarget } from './resolve-target.ts';
import { readSshConfig } from './ssh-config-file.ts';

export type RemoteHostsOptions = HostKeyPolicy & {
  readonly hosts: readonly SiteHost[];
  /** Called at each use: for tokens in commands, sudo passwords and key passphrases. */
  readonly lookup: SecretLookup;
  /** Directory of the inventory, which its paths are relative to. */
  readonly baseDirectory: string;
  /** Bound of one connection attempt; 10 s by default. */
  readonly readyTimeoutMs?: number;
  /** Whose keys and ~/.ssh/config are used; by default the home directory and SSH_AUTH_SOCK of the process. */
  readonly environment?: Pick<Origin, 'home' | 'agentSocket'>;
};

const defaultReadyTimeoutMs = 10_000;

/** The site's hosts over SSH, each with one connection made at first use; after `closeAll` none is made any more. `get` throws NV_USAGE for a name that is no host. */
export function createRemoteHosts(options: RemoteHostsOptions): RemoteHosts {
  const origin = lazy(() => readOrigin(options));
  const closing = new AbortController();
  const own = { keyring: createKeyring(options.lookup), knownHosts: createKnownHostsFiles(), closing: closing.signal };
  const common = { readyTimeoutMs: defaultReadyTimeoutMs, ...options, ...own };
  const jumps = createJumpHosts(common);
  const settings = { ...common, openJump: jumps.open };
  const made = new Map<string, RemoteHost>();
  const make = (name: string): RemoteHost => {
    const host = options.hosts.find((candidate) => candidate.name === name);
    if (!host) throw new NvError({ code: 'NV_USAGE', message: `the site has no host ${name}` });
    return createRemoteHost(name, async () => resolveTarget(host, await origin()), settings);
  };
  const get = (name: string): RemoteHost => {
    const host = made.get(name) ?? make(name);
    made.set(name, host);
    return host;
  };
  const closeAll = async () => {
    closing.abort(new NvError({ code: 'NV_SSH_UNREACHABLE', message: 'the connections were closed' }));
    await Promise.all([...made.values()].map((host) => host.close()));
    await jumps.closeAll();
  };
  return { get, closeAll };
}

async function readOrigin({ baseDirectory, environment }: RemoteHostsOptions): Promise<Origin> {
  const { home, agentSocket } = environment ?? { home: homedir(), agentSocket: process.env.SSH_AUTH_SOCK };
  return { home, agentSocket, baseDirectory, config: await readSshConfig(join(home, '.ssh', 'config')) };
}

function lazy<T>(make: () => Promise<T>): () => Promise<T> {
  let value: Promise<T> | undefined;
  return () => {
    value ??= make();
    return value;
  };
}
