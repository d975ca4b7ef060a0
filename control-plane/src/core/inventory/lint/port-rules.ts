import type { Finding, InventoryPath } from '../inventory-document.ts';
import { pathText } from '../inventory-document.ts';
import type { Inventory, Role } from '../schema.ts';
import type { LintRule } from './lint-rule.ts';

/** Rules on the ports of one host. */
export const portRules: readonly LintRule[] = [
  { id: 'port-twice', severity: 'error', demand: 'two services of one host have two ports', find: sharedPorts },
];

/** Where `netvis-ctl serve` listens on a host with the role control. */
export const controlPort = 21_320;

/** A port a host listens on: for what, and which setting chose it. */
type Listener = { readonly port: number; readonly service: string; readonly path: InventoryPath };

/** Every clash once, however many hosts show it; it points at the setting of the second service. */
function sharedPorts(inventory: Inventory): readonly Finding[] {
  const clashes = new Map<string, { first: Listener; second: Listener; hosts: string[] }>();
  for (const name of Object.keys(inventory.hosts)) {
    for (const [first, second] of pairs(listenersOf(inventory, name)).filter(([a, b]) => a.port === b.port)) {
      const key = `${first.service}\n${second.service}\n${second.port}`;
      const clash = clashes.get(key) ?? { first, second, hosts: [] };
      clashes.set(key, { ...clash, hosts: [...clash.hosts, name] });
    }
  }
  return [...clashes.values()].map(({ first, second, hosts }) => ({
    path: second.path,
    message: `${second.service} and ${first.service} both use port ${second.port} on ${hosts.join(', ')}`,
    hint: `Change ${pathText(second.path)} or ${pathText(first.path)}, or move one of the roles.`,
  }));
}

/** The ports of a host; those without a setting point at the host's roles. */
function listenersOf(inventory: Inventory, name: string): readonly Listener[] {
  const host = inventory.hosts[name];
  if (!host) return [];
  const sshPort = host.ssh?.port === undefined ? ['ssh', 'port'] : ['hosts', name, 'ssh', 'port'];
  return [
    { port: host.ssh?.port ?? inventory.ssh.port, service: 'ssh', path: sshPort },
    { port: inventory.agent.port, service: 'the agent', path: ['agent', 'port'] },
    ...[...new Set(host.roles)].flatMap((role) => listenersOfRole(inventory, role, { name, besideLb: host.roles.includes('lb') })),
  ];
}

function listenersOfRole(inventory: Inventory, role: Role, host: { name: string; besideLb: boolean }): readonly Listener[] {
  const listener = (section: 'postgres' | 'redis' | 'etcd' | 'nginx', key: string, service: string): Listener => {
    return { port: Number((inventory[section] as Record<string, unknown>)[key]), service, path: [section, key] };
  };
  switch (role) {
    case 'lb':
      return [listener('nginx', 'httpPort', 'nginx (HTTP)'), listener('nginx', 'httpsPort', 'nginx (HTTPS)')];
    case 'postgres':
      return [listener('postgres', 'port', 'PostgreSQL')];
    case 'redis':
      return [listener('redis', 'port', 'Redis')];
    case 'sentinel':
      return [listener('redis', 'sentinelPort', 'Sentinel')];
    case 'etcd':
      return [listener('etcd', 'clientPort', 'etcd (clients)'), listener('etcd', 'peerPort', 'etcd (peers)')];
    case 'api':
      return inventory.app.api ? [{ port: inventory.app.api.port, service: 'the API', path: ['app', 'api', 'port'] }] : [];
    case 'frontend':
      return frontendListener(inventory, host.besideLb);
    case 'control':
      return [{ port: controlPort, service: 'the control plane', path: ['hosts', host.name, 'roles'] }];
    default:
      return role satisfies never;
  }
}

function frontendListener({ app }: Inventory, besideLb: boolean): readonly Listener[] {
  if (!app.frontend) return [];
  const key = besideLb ? 'portBesideLb' : 'port';
  return [{ port: app.frontend[key], service: 'the frontend', path: ['app', 'frontend', key] }];
}

function pairs<T>(entries: readonly T[]): readonly (readonly [T, T])[] {
  return entries.flatMap((first, index) => entries.slice(index + 1).map((second) => [first, second] as const));
}
