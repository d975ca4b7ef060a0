import { hostVars } from './host-vars.ts';
import type { Role } from './inventory/schema.ts';
import type { LiveRoles, Site, SiteHost } from './site.ts';

/** A container and what is named after it: its volumes, its file below `config`. */
export type Container = {
  readonly name: string;
  readonly container: string;
  readonly volume: string;
  readonly file: string;
  /** Fixed address in the containers' network, or the name where any will do. */
  readonly address: string;
};

/** The site as containers: each service is a host whose address is how the others reach it. */
export type ComposeLayout = { readonly site: Site; readonly live: LiveRoles; readonly compose: ComposeVars };

/** What compose templates know beside a host's variables. */
export type ComposeVars = {
  readonly replicas: readonly (Container & { readonly applicationName: string })[];
  readonly redis: readonly Container[];
  readonly sentinels: readonly Container[];
  readonly healthPort: number;
  readonly subnet: string;
  readonly dynamicRange: string;
};

/** Redis and Sentinel have fixed addresses in the lower half; the rest is given out from the upper one. */
const network = { prefix: '172.30.88', subnet: '172.30.88.0/24', dynamicRange: '172.30.88.128/25' };
const firstRedis = 10;
const firstSentinel = 60;
/** As in templates/nginx/ports.njk. */
const healthPort = 21_380;

/**
 * The containers of a site: as many of each kind as it has hosts of the role, under the document's names. Each has an
 * address of its own, so that servers keep their standard ports.
 */
export function composeLayout(site: Site): ComposeLayout {
  const compose = composeVars(site);
  const byRole = rolesOf(site, compose);
  const master = compose.redis[0];
  return {
    site: {
      ...site,
      byRole,
      hosts: Object.values(byRole).flat(),
      nginx: { ...site.nginx, httpPort: 80, httpsPort: 443 },
      postgres: { ...site.postgres, port: 5432, archiveDirectory: '/var/lib/postgresql/archive' },
      redis: { ...site.redis, port: 6379, sentinelPort: 26_379 },
      app: { ...site.app, ...(site.app.frontend && { frontend: { ...site.app.frontend, port: 80, portBesideLb: 80 } }) },
    },
    live: {
      postgres: { bootstrapped: false, primary: 'postgres-primary', address: 'postgres-primary' },
      redis: { bootstrapped: false, master: master?.name ?? '', address: master?.address ?? '' },
      etcd: { bootstrapped: false },
      webVipHolder: null,
    },
    compose,
  };
}

/** The variables of one service's templates. */
export function composeVarsOf(layout: ComposeLayout, host: SiteHost) {
  const system = { interface: 'eth0', prefix: 24, cores: 1, memoryMb: 0 };
  const vars = hostVars(layout.site, host, { live: layout.live, system });
  return { ...vars, compose: layout.compose, nginxUser: 'nginx', healthAddress: '0.0.0.0', spoolDirectory: '/data' };
}

function composeVars({ byRole }: Site): ComposeVars {
  const others = (role: Role) => byRole[role].slice(1);
  return {
    replicas: others('postgres').map((_, i) => ({ ...replica(i), applicationName: `standby${i + 1}` })),
    redis: byRole.redis.map((_, i) => redisServer(i)),
    sentinels: byRole.sentinel.map((_, i) => sentinel(i + 1)),
    healthPort,
    subnet: network.subnet,
    dynamicRange: network.dynamicRange,
  };
}

/** Nothing after the first name, `-2`, `-3` after the others. */
const ordinal = (i: number, separator: string) => (i === 0 ? '' : `${separator}${i + 1}`);

function replica(i: number): Container {
  const name = `postgres-replica${ordinal(i, '-')}`;
  const file = `replica${ordinal(i, '-')}`;
  return { name, container: `netvis-pg-replica${ordinal(i, '-')}`, volume: `pg_replica${ordinal(i, '_')}`, file, address: name };
}

function redisServer(i: number): Container {
  const name = i === 0 ? 'redis-master' : `redis-replica${ordinal(i - 1, '-')}`;
  const address = `${network.prefix}.${firstRedis + i}`;
  return { name, container: `netvis-${name}`, volume: name.replaceAll('-', '_'), file: name, address };
}

function sentinel(n: number): Container {
  const address = `${network.prefix}.${firstSentinel + n}`;
  return { name: `redis-sentinel-${n}`, container: `netvis-sentinel-${n}`, volume: `sentinel_${n}`, file: `sentinel-${n}`, address };
}

function rolesOf(site: Site, { replicas, redis, sentinels }: ComposeVars): Site['byRole'] {
  const as = (role: Role, services: readonly { name: string; address: string }[]): readonly SiteHost[] =>
    services.map(({ name, address }, index) => ({ name, address, roles: [role], index, ssh: site.ssh }));
  const numbered = (role: 'api' | 'frontend') =>
    site.byRole[role].map((_, i) => ({ name: `${role}-${i + 1}`, address: `${role}-${i + 1}` }));
  const primary = { name: 'postgres-primary', address: 'postgres-primary' };
  return {
    lb: as('lb', [{ name: 'nginx', address: 'nginx' }]),
    api: as('api', numbered('api')),
    frontend: as('frontend', numbered('frontend')),
    postgres: as('postgres', [primary, ...replicas]),
    redis: as('redis', redis),
    sentinel: as('sentinel', sentinels),
    etcd: [],
    control: [],
  };
}
