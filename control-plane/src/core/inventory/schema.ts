import * as z from 'zod';

/** Text of the inventory: no control characters, so that no value can end a line of a rendered file. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const text = z.string().regex(/^[^\u0000-\u001f\u007f]*$/, 'must not contain control characters');
const name = text.regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and hyphens');
const address = z.union([z.ipv4(), z.ipv6()]);
const port = z.int().min(1).max(65_535);
const absolutePath = text.regex(/^\/[A-Za-z0-9._/@-]*$/, 'must be an absolute path');
const postgresName = text.regex(/^[a-z_][a-z0-9_]{0,62}$/, 'must be a plain PostgreSQL name');
const megabytes = text.regex(/^[1-9][0-9]*(kB|MB|GB)$/, 'must be a size such as 256MB');

export const roles = ['lb', 'api', 'frontend', 'postgres', 'redis', 'sentinel', 'etcd', 'control'] as const;
const role = z.enum(roles);

const become = z.strictObject({
  /** `none` when the user is root already. */
  method: z.enum(['none', 'sudo']).default('sudo'),
  /** Name of the secret that holds the sudo password; absent = passwordless. */
  passwordSecret: name.optional(),
});

const sshOverride = z.strictObject({
  user: text.optional(),
  port: port.optional(),
  key: text.optional(),
  knownHosts: text.optional(),
  jump: text.optional(),
  agent: z.boolean().optional(),
  become: become.optional(),
});

const ssh = z.strictObject({
  user: text.default('root'),
  port: port.default(22),
  /** Private key file, relative to the inventory; absent = ssh-agent and the user's default keys. */
  key: text.optional(),
  /** known_hosts file, relative to the inventory. */
  knownHosts: text.default('~/.ssh/known_hosts'),
  /** `[user@]host[:port]` of a jump host. */
  jump: text.optional(),
  agent: z.boolean().default(true),
  become: become.default({ method: 'sudo' }),
});

const host = z.strictObject({
  address,
  roles: z.array(role).min(1),
  ssh: sshOverride.optional(),
});

const vip = z.strictObject({
  /** `192.168.1.100/24`; the prefix is the network's. */
  address: z.union([z.cidrv4(), z.cidrv6()]),
  /** VRRP virtual router id, unique in the network. */
  routerId: z.int().min(1).max(255),
});

const postgres = z.strictObject({
  version: z.literal(15).default(15),
  port: port.default(5432),
  /** Host that is initialised as primary; afterwards the live role counts. Default: the first postgres host. */
  initialPrimary: name.optional(),
  database: postgresName.default('netvis'),
  owner: postgresName.default('netvis'),
  replicationUser: postgresName.default('replicator'),
  dataDirectory: absolutePath.default('/var/lib/netvis/pg'),
  archiveDirectory: absolutePath.default('/var/lib/netvis/pg-archive'),
  synchronous: z.boolean().default(true),
  walKeepSize: megabytes.default('1GB'),
  maxSlotWalKeepSize: megabytes.default('4GB'),
  archiveKeep: megabytes.default('4GB'),
  sharedBuffers: megabytes.default('128MB'),
  maxConnections: z.int().min(20).max(10_000).default(200),
  /** Further networks that may connect as the application, besides the hosts' own. */
  clientNetworks: z.array(z.union([z.cidrv4(), z.cidrv6()])).default([]),
  lagWarningBytes: z.int().min(1).default(1_048_576),
});

const redis = z.strictObject({
  port: port.default(6379),
  initialMaster: name.optional(),
  masterName: name.default('netvis-master'),
  sentinelPort: port.default(26_379),
  /** Absent = a majority of the Sentinels. */
  quorum: z.int().min(1).optional(),
  maxMemory: megabytes.default('256MB'),
  parallelSyncs: z.int().min(1).default(1),
});

const etcd = z.strictObject({
  clientPort: port.default(2379),
  peerPort: port.default(2380),
});

const nginx = z.strictObject({
  serverName: text.regex(/^[A-Za-z0-9.*_-]+$/, 'must be a host name').default('netvis.example.com'),
  httpPort: port.default(80),
  httpsPort: port.default(443),
  /** PEM files of the operator; absent = signed by the cluster's own CA. */
  certificate: text.optional(),
  certificateKey: text.optional(),
  weight: z.int().min(1).max(100).default(5),
  maxFails: z.int().min(0).default(3),
  failTimeoutSeconds: z.int().min(1).default(30),
  keepalive: z.int().min(1).default(32),
  readTimeoutSeconds: z.int().min(1).default(60),
});

const artifact = z.strictObject({
  /** `.tar.gz`, relative to the inventory. */
  archive: text,
  healthPath: text.regex(/^\/[A-Za-z0-9._/-]*$/, 'must be a URL path').default('/'),
});

const environmentName = z.string().regex(/^[A-Z_][A-Z0-9_]*$/, 'must be an environment variable name');

const api = artifact.extend({
  /** argv run in the unpacked archive; `node` as first word is the pinned runtime. */
  start: z.array(text).min(1).default(['node', 'server.cjs']),
  port: port.default(21_301),
  healthPath: text.regex(/^\/[A-Za-z0-9._/-]*$/, 'must be a URL path').default('/api/health'),
  environment: z.record(environmentName, text).default({}),
});

const frontend = artifact.extend({
  /** Port where the host is not a load balancer as well, and where it is. */
  port: port.default(80),
  portBesideLb: port.default(21_300),
});

const packages = z.strictObject({
  /** `debian` = the host's own sources; `pgdg` = apt.postgresql.org is configured by the operator. */
  source: z.enum(['debian', 'pgdg']).default('debian'),
});

/** The whole inventory file; every setting has the design document's value as its default. */
export const inventorySchema = z.strictObject({
  cluster: name,
  preset: z.enum(['fast', 'balanced', 'wide']).default('balanced'),
  ssh: ssh.prefault({}),
  hosts: z.record(name, host),
  groups: z.record(name, z.array(text)).default({}),
  vips: z.strictObject({ web: vip, postgres: vip.optional(), redis: vip.optional() }),
  packages: packages.prefault({}),
  postgres: postgres.prefault({}),
  redis: redis.prefault({}),
  etcd: etcd.prefault({}),
  nginx: nginx.prefault({}),
  app: z.strictObject({ api: api.optional(), frontend: frontend.optional() }).default({}),
  agent: z.strictObject({ port: port.default(8008), /** Base URL of `netvis-ctl serve`. */ controlUrl: z.url().optional() }).prefault({}),
  secrets: z.strictObject({ /** Absent = `<inventory>.secrets.age`. */ file: text.optional() }).prefault({}),
});

export type Inventory = z.output<typeof inventorySchema>;
export type InventoryInput = z.input<typeof inventorySchema>;
export type Role = (typeof roles)[number];
export type Vip = z.output<typeof vip>;
export type SshSettings = z.output<typeof ssh>;
