import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createRemoteHosts, type RemoteHostsOptions } from '../../control-plane/src/adapters/ssh/remote-hosts.ts';
import { NvError } from '../../control-plane/src/core/errors.ts';
import type { SiteHost } from '../../control-plane/src/core/site.ts';
import type { RemoteHost } from '../../control-plane/src/ports/remote-host.ts';
import type { Sshd } from './sshd.ts';

/** The secrets of these tests. */
export const testSecrets: Readonly<Record<string, string>> = { word: "o'ne two" };

/** The real adapter for an sshd of the test: with an empty home directory and no agent unless given. */
export function connectTo(sshd: Sshd, options: Partial<RemoteHostsOptions> & { ssh?: Partial<SiteHost['ssh']> } = {}): RemoteHost {
  const { ssh, ...others } = options;
  const hosts = createRemoteHosts({
    hosts: [sshd.host(ssh)],
    lookup: lookupIn(testSecrets),
    baseDirectory: sshd.directory,
    acceptNewHostKeys: false,
    environment: { home: join(sshd.directory, 'home'), agentSocket: undefined },
    ...others,
  });
  onTestFinished(() => hosts.closeAll());
  return hosts.get('h1');
}

export function lookupIn(secrets: Readonly<Record<string, string>>) {
  return (name: string): string => {
    const value = secrets[name];
    if (value === undefined) throw new NvError({ code: 'NV_SECRET_UNKNOWN', message: `no secret ${name}` });
    return value;
  };
}
