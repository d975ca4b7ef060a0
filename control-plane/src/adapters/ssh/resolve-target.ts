import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inventorySchema } from '../../core/inventory/schema.ts';
import type { SiteHost } from '../../core/site.ts';
import { type JumpHop, parseJump } from './jump-spec.ts';
import type { SshConfigLookup, SshConfigValues } from './ssh-config-file.ts';
import type { SshTarget } from './target.ts';

/** Who connects, and from where. */
export type Origin = {
  readonly home: string;
  /** SSH_AUTH_SOCK. */
  readonly agentSocket: string | undefined;
  /** Directory of the inventory, which its paths are relative to. */
  readonly baseDirectory: string;
  /** The user's ~/.ssh/config. */
  readonly config: SshConfigLookup;
};

const defaults = inventorySchema.shape.ssh.parse(undefined);
const defaultKeyNames = ['id_ed25519', 'id_ecdsa', 'id_rsa'];
const defaultKnownHosts = ['~/.ssh/known_hosts', '~/.ssh/known_hosts2', '/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'];

/**
 * The target for a host of the site. The inventory comes first; where it leaves a setting at its default, the user's
 * ssh_config for the host's name, then for its address, fills it in. The address is always the inventory's.
 */
export function resolveTarget(host: SiteHost, origin: Origin): SshTarget {
  const { ssh } = host;
  const config = merge(origin.config(host.name), origin.config(host.address));
  const target: SshTarget = {
    name: host.name,
    host: host.address,
    port: ssh.port === defaults.port ? (config.port ?? ssh.port) : ssh.port,
    user: ssh.user === defaults.user ? (config.user ?? ssh.user) : ssh.user,
    keys: [],
    agentSocket: ssh.agent ? origin.agentSocket : undefined,
    knownHosts: knownHostsFiles(ssh.knownHosts, config, origin),
    jump: undefined,
    become: ssh.become,
  };
  const keys = ssh.key === undefined ? usersKeys(config, target, origin) : [{ path: absolute(ssh.key, origin), stated: true }];
  return { ...target, keys, jump: jumpChain(parseJump(ssh.jump ?? config.proxyJump), { host, target: { ...target, keys }, origin }) };
}

type Way = { readonly host: SiteHost; readonly target: SshTarget; readonly origin: Origin };

/** Hops are passed in their order; a jump host's own ProxyJump is not followed. */
function jumpChain(hops: readonly JumpHop[], way: Way): SshTarget | undefined {
  return hops.reduce<SshTarget | undefined>((via, hop) => jumpTarget(hop, via, way), undefined);
}

/** A jump host takes the user and the keys of the host behind it unless the ssh_config knows better. */
function jumpTarget(hop: JumpHop, via: SshTarget | undefined, { host, target, origin }: Way): SshTarget {
  const config = origin.config(hop.host);
  const jump: SshTarget = {
    ...target,
    name: `${target.name} by way of ${hop.host}`,
    host: config.hostName?.replaceAll('%h', hop.host) ?? hop.host,
    port: hop.port ?? config.port ?? defaults.port,
    user: hop.user ?? config.user ?? target.user,
    knownHosts: knownHostsFiles(host.ssh.knownHosts, config, origin),
    jump: via,
    become: { method: 'none' },
  };
  const own = identityFiles(config, jump, origin);
  const others = target.keys.filter((key) => own.every(({ path }) => path !== key.path));
  return { ...jump, keys: [...own, ...others] };
}

function merge(first: SshConfigValues, second: SshConfigValues): SshConfigValues {
  return { ...second, ...first, identityFiles: [...new Set([...first.identityFiles, ...second.identityFiles])] };
}

function knownHostsFiles(setting: string, config: SshConfigValues, origin: Origin): readonly string[] {
  const files = setting === defaults.knownHosts ? (config.knownHosts ?? defaultKnownHosts) : [setting];
  return files.map((file) => absolute(file, origin));
}

function usersKeys(config: SshConfigValues, target: SshTarget, origin: Origin): SshTarget['keys'] {
  const named = identityFiles(config, target, origin);
  return named.length > 0 ? named : defaultKeys(origin);
}

function identityFiles(config: SshConfigValues, target: SshTarget, origin: Origin): SshTarget['keys'] {
  const values: Readonly<Record<string, string>> = { '%': '%', d: origin.home, h: target.host, p: `${target.port}`, r: target.user };
  const files = config.identityFiles.filter((file) => file.toLowerCase() !== 'none');
  const expand = (file: string) => file.replace(/%([%dhpr])/g, (_, key: string) => values[key] as string);
  return files.map((file) => ({ path: absolute(expand(file), origin), stated: false }));
}

function defaultKeys({ home }: Origin): SshTarget['keys'] {
  const paths = defaultKeyNames.map((name) => join(home, '.ssh', name));
  return paths.filter((path) => existsSync(path)).map((path) => ({ path, stated: false }));
}

function absolute(path: string, { home, baseDirectory }: Origin): string {
  return path.startsWith('~/') ? join(home, path.slice(2)) : resolve(baseDirectory, path);
}
