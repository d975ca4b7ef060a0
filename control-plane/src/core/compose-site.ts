import { type ComposeLayout, composeLayout, composeVarsOf } from './compose-layout.ts';
import { type HostVars, hostVars } from './host-vars.ts';
import { secretToken } from './secret.ts';
import type { LiveRoles, Site, SiteHost } from './site.ts';
import type { CertificateRequest } from './steps/step-kind.ts';

/**
 * A file of the compose form. `text` may hold secret tokens, `cert-pem` and `cert-key` (of `composeCertificate`) among
 * them; `copyOf` is a file of the control machine.
 */
export type ComposeFile = { readonly path: string; readonly mode: number } & ({ readonly text: string } | { readonly copyOf: string });

type Render = (template: string, vars: HostVars) => string;
/** One service's file from its template. */
type Make = (file: { path: string; template: string; mode?: number; host?: SiteHost; more?: object }) => ComposeFile;

/** The document's compose form of a site by path below the output directory. `render` throws NV_TEMPLATE_FAILED. */
export function composeFiles(site: Site, render: Render): readonly ComposeFile[] {
  const layout = composeLayout(site);
  const make: Make = ({ path, template, mode = 0o644, host = firstOf(layout), more = {} }) => ({
    path,
    mode,
    text: render(template, { ...composeVarsOf(layout, host), ...more }),
  });
  return [
    make({ path: 'docker-compose.ha.yml', template: 'compose/docker-compose.ha.yml.njk' }),
    make({ path: '.env', template: 'compose/env.njk', mode: 0o600 }),
    make({ path: 'scripts/health-check-ha.sh', template: 'compose/health-check-ha.sh.njk', mode: 0o755 }),
    ...postgresFiles(layout, make),
    ...redisFiles(layout, make),
    ...webFiles(site, make),
    ...keepalivedFiles(site, render),
  ];
}

/** The certificate that answers on 21443 when the inventory gives none. */
export function composeCertificate({ nginx, vips }: Site): CertificateRequest {
  return { commonName: nginx.serverName, dnsNames: [nginx.serverName, 'localhost'], addresses: [vips.web.address, '127.0.0.1'] };
}

function postgresFiles({ compose }: ComposeLayout, make: Make): readonly ComposeFile[] {
  const script = (name: string, template: string) => make({ path: `config/postgres/${name}`, template, mode: 0o755 });
  const conf = (name: string, standby: object | null) =>
    make({ path: `config/postgres/${name}.conf`, template: 'compose/postgres.conf.njk', more: { standby } });
  return [
    conf('primary', null),
    ...compose.replicas.map((replica) => conf(replica.file, replica)),
    make({ path: 'config/postgres/pg_hba.conf', template: 'compose/pg_hba.conf.njk' }),
    script('init-replication.sh', 'compose/init-replication.sh.njk'),
    script('start-postgres.sh', 'compose/start-postgres.sh.njk'),
    script('archive-wal', 'postgres/archive-wal.sh.njk'),
  ];
}

function redisFiles({ site, compose }: ComposeLayout, make: Make): readonly ComposeFile[] {
  const script = (name: string, template: string) => make({ path: `config/redis/${name}`, template, mode: 0o755 });
  const confOf = (host: SiteHost, file: string, template: string) => make({ path: `config/redis/${file}.conf`, template, host });
  const fileOf = (name: string) => [...compose.redis, ...compose.sentinels].find((container) => container.name === name)?.file ?? name;
  return [
    ...site.byRole.redis.map((host) => confOf(host, fileOf(host.name), 'compose/redis.conf.njk')),
    ...site.byRole.sentinel.map((host) => confOf(host, fileOf(host.name), 'compose/sentinel.conf.njk')),
    script('start-redis.sh', 'compose/start-redis.sh.njk'),
    script('start-sentinel.sh', 'compose/start-sentinel.sh.njk'),
    script('notify.sh', 'sentinel/notify.sh.njk'),
    script('reconfig.sh', 'sentinel/reconfig.sh.njk'),
  ];
}

function webFiles({ nginx, app }: Site, make: Make): readonly ComposeFile[] {
  const given = (path: string | undefined, token: string) => (path === undefined ? { text: secretToken(token) } : { copyOf: path });
  return [
    make({ path: 'config/nginx/ha.conf', template: 'nginx/nginx.conf.njk' }),
    { path: 'config/nginx/site.crt', mode: 0o644, ...given(nginx.certificate, 'cert-pem') },
    { path: 'config/nginx/site.key', mode: 0o600, ...given(nginx.certificateKey, 'cert-key') },
    ...(app.api
      ? [make({ path: 'server/Dockerfile', template: 'compose/server.Dockerfile.njk' }), copy('server/api.tar.gz', app.api.archive)]
      : []),
    ...(app.frontend
      ? [
          make({ path: 'frontend/Dockerfile', template: 'compose/frontend.Dockerfile.njk' }),
          make({ path: 'frontend/site.conf', template: 'compose/frontend-site.conf.njk' }),
          copy('frontend/site.tar.gz', app.frontend.archive),
        ]
      : []),
  ];
}

function copy(path: string, copyOf: string): ComposeFile {
  return { path, mode: 0o644, copyOf };
}

/** keepalived runs on the machines themselves: one file for each load balancer of the inventory. */
function keepalivedFiles(site: Site, render: Render): readonly ComposeFile[] {
  const system = { interface: 'eth0', prefix: site.vips.web.prefix, cores: 1, memoryMb: 0 };
  const varsOf = (host: SiteHost) => hostVars(site, host, { live: nobody, system });
  const files = site.byRole.lb.map((host, i): ComposeFile => {
    const path = i === 0 ? 'config/keepalived.conf' : `config/keepalived-${host.name}.conf`;
    return { path, mode: 0o600, text: keepalivedNote + render('keepalived/keepalived.conf.njk', varsOf(host)) };
  });
  const [first] = site.byRole.lb;
  return first ? [...files, { path: 'config/check-nginx', mode: 0o755, text: render('keepalived/check-nginx.sh.njk', varsOf(first)) }] : [];
}

const nobody: LiveRoles = {
  postgres: { bootstrapped: false, primary: '', address: '' },
  redis: { bootstrapped: false, master: '', address: '' },
  etcd: { bootstrapped: false },
  webVipHolder: null,
};

const keepalivedNote = `# For the machine itself: put this to /etc/keepalived/keepalived.conf and check-nginx to /opt/netvis/bin/check-nginx, make the
# user by \`useradd --system keepalived_script\`, and replace eth0 by the interface of the machine's address.
`;

function firstOf({ site }: ComposeLayout): SiteHost {
  const [first] = site.hosts;
  if (!first) throw new Error('a compose form has at least nginx');
  return first;
}
