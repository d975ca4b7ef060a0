import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createRemoteHosts, type RemoteHostsOptions } from '../../control-plane/src/adapters/ssh/remote-hosts.ts';
import { NvError } from '../../control-plane/src/core/errors.ts';
import type { SiteHost } from '../../control-plane/src/core/site.ts';
import type { RemoteHost, RemoteHosts } from '../../control-plane/src/ports/remote-host.ts';
import type { Sshd } from './sshd.ts';

/** The secrets of these tests. */
export const testSecrets: Readonly<Record<string, string>> = { word: "o'ne two" };

type Connecting = Partial<RemoteHostsOptions> & { ssh?: Partial<SiteHost['ssh']> };

/** The real adapter for an sshd of the test: with an empty home directory and no agent unless given. */
export function connectTo(sshd: Sshd, options: Connecting = {}): RemoteHost {
  return connectToAll(sshd, ['h1'], options).get('h1');
}

/** The same sshd under several names, each with a connection of its own. */
export function connectToAll(sshd: Sshd, names: readonly string[], { ssh, ...others }: Connecting = {}): RemoteHosts {
  const hosts = createRemoteHosts({
    hosts: names.map((name) => ({ ...sshd.host(ssh), name })),
    lookup: lookupIn(testSecrets),
    baseDirectory: sshd.directory,
    acceptNewHostKeys: false,
    environment: { home: join(sshd.directory, 'home'), agentSocket: undefined },
    ...others,
  });
  onTestFinished(() => hosts.closeAll());
  return hosts;
}

export function lookupIn(secrets: Readonly<Record<string, string>>) {
  return (name: string): string => {
    const value = secrets[name];
    if (value === undefined) throw new NvError({ code: 'NV_SECRET_UNKNOWN', message: `no secret ${name}` });
    return value;
  };
}
