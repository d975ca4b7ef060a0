import type { Inventory } from './schema.ts';

/** The inventory with every setting that names a file on the control machine mapped, those of the ssh overrides too. */
export function mapPaths(inventory: Inventory, map: (path: string) => string): Inventory {
  const hosts = Object.entries(inventory.hosts).map(([name, host]) => {
    return [name, host.ssh ? { ...host, ssh: mapKeys(host.ssh, ['key', 'knownHosts'], map) } : host] as const;
  });
  const { api, frontend } = inventory.app;
  return {
    ...inventory,
    ssh: mapKeys(inventory.ssh, ['key', 'knownHosts'], map),
    hosts: Object.fromEntries(hosts),
    nginx: mapKeys(inventory.nginx, ['certificate', 'certificateKey'], map),
    app: {
      ...(api && { api: mapKeys(api, ['archive'], map) }),
      ...(frontend && { frontend: mapKeys(frontend, ['archive'], map) }),
    },
    secrets: mapKeys(inventory.secrets, ['file'], map),
  };
}

function mapKeys<T extends object, K extends keyof T>(settings: T, keys: readonly K[], map: (path: string) => string): T {
  const mapped = keys.filter((key) => typeof settings[key] === 'string').map((key) => [key, map(String(settings[key]))]);
  return { ...settings, ...Object.fromEntries(mapped) };
}
