import type { Problem } from './errors.ts';
import type { Listener } from './facts/listener.ts';
import type { Role } from './inventory/schema.ts';
import type { Site, SiteHost } from './site.ts';

/** A port of ours and the units that may listen there. */
type Claim = { readonly port: number; readonly units: readonly string[] };

/** Ports the host will need that somebody else's process listens on. */
export function strangersOnPorts(site: Site, host: SiteHost, listeners: readonly Listener[]): readonly Pick<Problem, 'message' | 'hint'>[] {
  return claimsOf(site, host).flatMap(({ port, units }) => {
    const stranger = listeners.find((listener) => listener.port === port && !units.includes(listener.unit));
    if (!stranger) return [];
    const by = [stranger.process || 'an unknown process', stranger.unit && `unit ${stranger.unit}`].filter(Boolean).join(', ');
    return [{ message: `port ${port} is taken by ${by}`, hint: 'Stop it, or give the inventory another port.' }];
  });
}

function claimsOf(site: Site, host: SiteHost): readonly Claim[] {
  const claims: readonly (Claim & { role?: Role })[] = [
    { port: site.agent.port, units: ['netvis-agent.service'] },
    { role: 'postgres', port: site.postgres.port, units: ['netvis-postgres.service'] },
    { role: 'redis', port: site.redis.port, units: ['redis-server.service'] },
    { role: 'sentinel', port: site.redis.sentinelPort, units: ['redis-sentinel.service'] },
    { role: 'etcd', port: site.etcd.clientPort, units: ['netvis-etcd.service'] },
    { role: 'etcd', port: site.etcd.peerPort, units: ['netvis-etcd.service'] },
    { role: 'lb', port: site.nginx.httpPort, units: ['nginx.service'] },
    { role: 'lb', port: site.nginx.httpsPort, units: ['nginx.service'] },
    { role: 'api', port: site.app.api?.port ?? 0, units: ['netvis-api.service'] },
    { role: 'frontend', port: frontendPort(site, host), units: ['nginx.service'] },
  ];
  return claims.filter(({ role, port }) => port > 0 && (role === undefined || host.roles.includes(role)));
}

function frontendPort(site: Site, host: SiteHost): number {
  const frontend = site.app.frontend;
  if (!frontend) return 0;
  return host.roles.includes('lb') ? frontend.portBesideLb : frontend.port;
}
