import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { SiteHost } from '../../core/site.ts';
import type { SshTarget } from './target.ts';

export type TargetOptions = {
  readonly baseDirectory: string;
  readonly environment?: { readonly home: string; readonly agentSocket: string | undefined };
};

const defaultKeyNames = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

/** The target for a host of the site. */
export async function resolveTarget(host: SiteHost, options: TargetOptions): Promise<SshTarget> {
  const { home, agentSocket } = options.environment ?? { home: homedir(), agentSocket: process.env.SSH_AUTH_SOCK };
  const path = (text: string) => (text.startsWith('~/') ? join(home, text.slice(2)) : resolve(options.baseDirectory, text));
  const stated = host.ssh.key === undefined ? [] : [{ path: path(host.ssh.key), stated: true }];
  const defaults = defaultKeyNames.map((name) => ({ path: join(home, '.ssh', name), stated: false }));
  return {
    name: host.name,
    host: host.address,
    port: host.ssh.port,
    user: host.ssh.user,
    keys: stated.length > 0 ? stated : defaults.filter((key) => existsSync(key.path)),
    agentSocket: host.ssh.agent ? agentSocket : undefined,
    knownHosts: [path(host.ssh.knownHosts)],
    jump: undefined,
    become: host.ssh.become,
  };
}
