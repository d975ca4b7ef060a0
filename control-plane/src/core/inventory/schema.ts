import * as z from 'zod';
import * as scalar from './scalars.ts';

export const roles = ['lb', 'api', 'frontend', 'postgres', 'redis', 'sentinel', 'etcd', 'control'] as const;
const role = z.enum(roles);

const become = z.strictObject({
  method: z.enum(['none', 'sudo']).default('sudo').describe('How the ssh user becomes root; root itself needs neither.'),
  passwordSecret: scalar.name.optional().describe('Name of the secret with the sudo password; absent = passwordless sudo.'),
});

const sshOverride = z.strictObject({
  user: scalar.userName.optional(),
  port: scalar.port.optional(),
  key: scalar.filePath.optional(),
  knownHosts: scalar.filePath.optional(),
  jump: scalar.jumpHost.optional(),
  agent: z.boolean().optional(),
  become: become.optional(),
});

const ssh = z.strictObject({
  user: scalar.userName.default('root').describe('Who logs in; anybody but root needs sudo.'),
  port: scalar.port.default(22),
  key: scalar.filePath.optional().describe("Private key file, relative to this file; absent = ssh-agent and the user's default keys."),
  knownHosts: scalar.filePath
    .default('~/.ssh/known_hosts')
    .describe('known_hosts file, relative to this file; host keys are always checked.'),
  jump: scalar.jumpHost
    .optional()
    .describe('[user@]host[:port] of a jump host, or the name of a host of this file; none on a host undoes it.'),
  agent: z.boolean().default(true).describe('Whether keys of the running ssh-agent are offered.'),
  become: become.default({ method: 'sudo' }),
});

const host = z.strictObject({
  address: scalar.address.describe('Address the host is reached at, by ssh and by the other hosts.'),
  roles: z.array(role).min(1).describe('What runs on the host; any combination.'),
  ssh: sshOverride.optional().describe('What differs from the ssh settings of all hosts.'),
});

const vip = z.strictObject({
  address: scalar.network.describe("Virtual address with the network's prefix, such as 192.168.1.100/24."),
  routerId: z.int().min(1).max(255).describe('VRRP virtual router id, unique in the network.'),
});

const postgres = z.strictObject({
  version: z.literal(15).default(15),
  port: scalar.port.default(5432),
  initialPrimary: scalar.name
    .optional()
    .describe('Host initialised as primary; afterwards the live role counts. Default: the first postgres host.'),
  database: scalar.postgresName.default('netvis'),
  owner: scalar.postgresName.default('netvis').describe('Role the application connects as.'),
  replicationUser: scalar.postgresName.default('replicator'),
  dataDirectory: scalar.absolutePath.default('/var/lib/netvis/pg'),
  archiveDirectory: scalar.absolutePath.default('/var/lib/netvis/pg-archive'),
  mode: z
    .enum(['availability', 'protection'])
    .default('availability')
    .describe('When the last synchronous standby is gone: availability = commits go on without it, protection = they wait.'),
  synchronousStandbys: z.int().min(1).max(8).default(1).describe('How many standbys a commit waits for; each of them can take over.'),
  walKeepSize: scalar.size.default('1GB'),
  maxSlotWalKeepSize: scalar.size.default('4GB').describe('Cap of what an absent replica may hold back.'),
  archiveKeep: scalar.size.default('4GB').describe('Size at which the oldest archived segments are pruned.'),
  sharedBuffers: scalar.size.default('128MB'),
  maxConnections: z.int().min(20).max(10_000).default(200),
  clientNetworks: z.array(scalar.network).default([]).describe("Networks that may connect as the application, besides the hosts' own."),
  lagWarningBytes: z.int().min(1).default(1_048_576).describe('Replication lag that is a warning.'),
});

const redis = z.strictObject({
  port: scalar.port.default(6379),
  initialMaster: scalar.name.optional().describe('Host that starts as master. Default: the first redis host.'),
  masterName: scalar.name.default('netvis-master').describe('Name the Sentinels know the master by.'),
  sentinelPort: scalar.port.default(26_379),
  quorum: z.int().min(1).optional().describe('Sentinels that must agree that the master is down. Default: a majority.'),
  maxMemory: scalar.size.default('256MB'),
  parallelSyncs: z.int().min(1).default(1),
});

const etcd = z.strictObject({
  clientPort: scalar.port.default(2379),
  peerPort: scalar.port.default(2380),
});

const nginx = z.strictObject({
  serverName: scalar.serverName.default('netvis.example.com'),
  httpPort: scalar.port.default(80),
  httpsPort: scalar.port.default(443),
  certificate: scalar.filePath.optional().describe("PEM file, relative to this file; absent = signed by the cluster's own CA."),
  certificateKey: scalar.filePath.optional(),
  weight: z.int().min(1).max(100).default(5),
  maxFails: z.int().min(0).default(3),
  failTimeoutSeconds: z.int().min(1).default(30),
  keepalive: z.int().min(1).default(32),
  readTimeoutSeconds: z.int().min(1).default(60),
});

const artifact = z.strictObject({
  archive: scalar.archivePath.describe('.tar.gz to deploy, relative to this file.'),
  healthPath: scalar.urlPath.default('/'),
});

const api = artifact.extend({
  start: z
    .array(scalar.text)
    .min(1)
    .default(['node', 'server.cjs'])
    .describe('Words of the start command, run in the unpacked archive; "node" as first word is the pinned runtime.'),
  port: scalar.port.default(21_301),
  healthPath: scalar.urlPath.default('/api/health'),
  environment: z
    .record(scalar.environmentName, scalar.text)
    .default({})
    .describe('Further variables; DATABASE_URL, REDIS_URL and JWT_SECRET are set by apply.'),
});

const frontend = artifact.extend({
  port: scalar.port.default(80),
  portBesideLb: scalar.port.default(21_300).describe('Port on hosts that are load balancers as well.'),
});

const packages = z.strictObject({
  source: z
    .enum(['debian', 'pgdg'])
    .default('debian')
    .describe("debian = the host's own sources; pgdg = apt.postgresql.org, configured by the operator."),
});

const agent = z.strictObject({
  port: scalar.port.default(8008),
  controlUrl: scalar.httpUrl.optional().describe('Base URL of `netvis-ctl serve`, for the agents to report to.'),
});

const vips = z.strictObject({
  web: vip.describe('Held by one of the lb hosts.'),
  postgres: vip.optional().describe('Follows the primary; the name postgres-primary resolves to it.'),
  redis: vip.optional().describe('Follows the master; the name redis-master resolves to it.'),
});

const app = z.strictObject({ api: api.optional(), frontend: frontend.optional() });
const secrets = z.strictObject({
  file: scalar.filePath.optional().describe('Encrypted secrets, relative to this file; absent = this file with .secrets.age.'),
});

/** The whole inventory with host ranges expanded; every setting has the design document's value as its default. */
export const inventorySchema = z.strictObject({
  cluster: scalar.name.describe('Name of the cluster.'),
  preset: z.enum(['fast', 'balanced', 'wide']).default('balanced').describe('Sets every timing of failover together.'),
  ssh: ssh.prefault({}).describe('How hosts are reached.'),
  hosts: z.record(scalar.name, host).describe('name: {address, roles}; a range such as api[1:3] stands for several.'),
  groups: z.record(scalar.name, z.array(scalar.text)).default({}).describe('Further names for sets of hosts, for --limit.'),
  vips,
  packages: packages.prefault({}),
  postgres: postgres.prefault({}),
  redis: redis.prefault({}),
  etcd: etcd.prefault({}),
  nginx: nginx.prefault({}),
  app: app.default({}).describe('What the api and frontend hosts run.'),
  agent: agent.prefault({}),
  secrets: secrets.prefault({}),
});

export type Inventory = z.output<typeof inventorySchema>;
export type InventoryInput = z.input<typeof inventorySchema>;
export type Role = (typeof roles)[number];
export type Vip = z.output<typeof vip>;
export type SshSettings = z.output<typeof ssh>;
