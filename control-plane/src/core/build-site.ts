import { jumpOf, jumpTarget, parseJump } from './inventory/jump-host.ts';
import type { Inventory, Role, SshSettings, Vip } from './inventory/schema.ts';
import type { Site, SiteHost, SiteVip } from './site.ts';
import { presets } from './timings.ts';

/**
 * The model of a site from a valid, lint-clean inventory: hosts as a list in the file's order with their ssh settings
 * merged, the preset resolved to its timings, VIPs taken apart, and what depends on other parts of the inventory
 * (initial primary and master, Sentinel quorum) filled in.
 */
export function buildSite(inventory: Inventory): Site {
  const hosts = Object.entries(inventory.hosts).map(([name, host], index): SiteHost => {
    return { name, address: host.address, roles: host.roles, index, ssh: hostSsh(inventory, name) };
  });
  const byRole = groupByRole(hosts);
  return {
    ...inventory,
    hosts,
    byRole,
    timings: presets[inventory.preset],
    vips: siteVips(inventory.vips),
    postgres: { ...inventory.postgres, initialPrimary: inventory.postgres.initialPrimary ?? firstOf(byRole, 'postgres') },
    redis: {
      ...inventory.redis,
      initialMaster: inventory.redis.initialMaster ?? firstOf(byRole, 'redis'),
      quorum: inventory.redis.quorum ?? majorityOf(byRole.sentinel.length),
    },
  };
}

/** The smallest number that is more than half. */
export function majorityOf(members: number): number {
  return Math.floor(members / 2) + 1;
}

/**
 * The ssh settings of one host: its own over those of all hosts. Root needs no sudo; `jump: none` is no jump host; a
 * jump host of the inventory is named by its address.
 */
export function hostSsh(inventory: Inventory, name: string): SshSettings {
  const { jump: _jump, become, ...settings } = { ...inventory.ssh, ...definedOnly(inventory.hosts[name]?.ssh ?? {}) };
  const jump = jumpOf(inventory, name);
  return {
    ...settings,
    become: settings.user === 'root' ? { method: 'none' } : become,
    ...(jump === undefined ? {} : { jump: resolvedJump(inventory, jump) }),
  };
}

/** A jump through a host of the inventory by that host's address, user and port. */
function resolvedJump(inventory: Inventory, jump: string): string {
  const name = jumpTarget(inventory, jump);
  const target = name === undefined ? undefined : inventory.hosts[name];
  if (!target) return jump;
  const { user, port } = parseJump(jump);
  const address = target.address.includes(':') ? `[${target.address}]` : target.address;
  return `${user ?? target.ssh?.user ?? inventory.ssh.user}@${address}:${port ?? target.ssh?.port ?? inventory.ssh.port}`;
}

function groupByRole(hosts: readonly SiteHost[]): Site['byRole'] {
  const withRole = (role: Role) => hosts.filter((host) => host.roles.includes(role));
  return {
    lb: withRole('lb'),
    api: withRole('api'),
    frontend: withRole('frontend'),
    postgres: withRole('postgres'),
    redis: withRole('redis'),
    sentinel: withRole('sentinel'),
    etcd: withRole('etcd'),
    control: withRole('control'),
  };
}

function siteVips({ web, postgres, redis }: Inventory['vips']): Site['vips'] {
  return { web: siteVip(web), ...(postgres && { postgres: siteVip(postgres) }), ...(redis && { redis: siteVip(redis) }) };
}

function siteVip({ address: cidr, routerId }: Vip): SiteVip {
  const [address = '', prefix] = cidr.split('/');
  return { address, prefix: Number(prefix), cidr, routerId };
}

function firstOf(byRole: Site['byRole'], role: Role): string {
  return byRole[role][0]?.name ?? '';
}

function definedOnly<T extends object>(settings: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
