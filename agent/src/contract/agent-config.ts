import * as z from 'zod';

/**
 * /etc/netvis/agent.json (0600 root), rendered by apply. It holds no secret: passwords and the token stand in files of
 * their own, each with the bare value (a line end is dropped). The agent reads everything once, at start: whoever
 * changes this file or one it names restarts netvis-agent.service.
 */
const name = z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be lower-case letters, digits and hyphens');
const path = z.string().regex(/^\//, 'must be an absolute path');
const port = z.int().min(1).max(65_535);
const address = z.union([z.ipv4(), z.ipv6()]);

/** How bad it is when a check fails. */
const severity = z.enum(['warning', 'critical']).default('critical');
const checkBase = { /** Unique in the file; shown to the operator. */ name: z.string().min(1), severity };

/** A live process of exactly this name exists (as `pgrep -x`; zombies do not count). */
const processCheck = z.strictObject({ ...checkBase, kind: z.literal('process'), process: z.string().min(1) });
/** The systemd unit is active. */
const unitCheck = z.strictObject({ ...checkBase, kind: z.literal('unit'), unit: z.string().regex(/\.(service|socket|timer|target)$/) });
/** A GET is answered in time with an expected status; redirects are not followed. `tls` accepts any certificate: it is this host's own. */
const httpCheck = z.strictObject({
  ...checkBase,
  kind: z.literal('http'),
  url: z.url({ protocol: /^https?$/ }),
  /** Inclusive range of good status codes. */
  expectStatus: z.tuple([z.int(), z.int()]).default([200, 399]),
  timeoutMs: z.int().min(50).max(10_000).default(800),
});
/** A TCP connection is accepted in time. */
const tcpCheck = z.strictObject({
  ...checkBase,
  kind: z.literal('tcp'),
  address: address.default('127.0.0.1'),
  port,
  timeoutMs: z.int().min(50).max(10_000).default(800),
});

export const checkSchema = z.discriminatedUnion('kind', [processCheck, unitCheck, httpCheck, tcpCheck]);

/** Client certificate files, PEM. */
const tlsFiles = z.strictObject({ certPath: path, keyPath: path, caPath: path });

const postgres = z.strictObject({
  port: port.default(5432),
  /** Directory of the unix socket. The agent connects as root: pg_hba needs `local all postgres peer map=…` with root mapped to `user`. */
  socketDirectory: path,
  user: z.string().default('postgres'),
  database: z.string().default('postgres'),
  dataDirectory: path,
  lagWarningBytes: z.int().min(1).default(1_048_576),
});

const positiveMs = z.int().min(1);

/** Keeps the cluster's PostgreSQL writable, from this host: the lease, the fence, and the servers beside it. */
const failover = z.strictObject({
  timings: z.strictObject({
    ttlMs: positiveMs,
    renewMs: positiveMs,
    requestBudgetMs: positiveMs,
    agentStopMs: positiveMs,
    guardKillMs: positiveMs,
    standbyGoneMs: positiveMs,
  }),
  /** `availability` goes on alone when the last member is gone; `protection` lets commits wait for it. */
  mode: z.enum(['availability', 'protection']),
  wantedMembers: z.int().min(1).default(1),
  /** Every host of the cluster with a PostgreSQL server, this one included. */
  hosts: z.array(z.strictObject({ name, address, agentPort: port, postgresPort: port })).min(1),
  etcd: z.strictObject({ endpoints: z.array(z.url({ protocol: /^https?$/ })).min(1), tls: tlsFiles }),
  replication: z.strictObject({ user: z.string().min(1), passfile: path, caPath: path }),
  /** The address that follows the lease; it is taken from the interface when the host is fenced. */
  vip: z.strictObject({ cidr: z.string().min(1), interface: z.string().min(1) }).optional(),
  /** What must survive a restart of the agent. */
  stateDirectory: path.default('/var/lib/netvis/agent'),
});

const redis = z.strictObject({ address: address.default('127.0.0.1'), port: port.default(6379), passwordFile: path.optional() });

const sentinel = z.strictObject({
  address: address.default('127.0.0.1'),
  port: port.default(26_379),
  masterName: z.string().min(1),
  passwordFile: path.optional(),
});

const etcd = z.strictObject({
  /** This host's own member, e.g. `https://127.0.0.1:2379`. */
  endpoint: z.url({ protocol: /^https?$/ }),
  tls: tlsFiles.optional(),
});

export const agentConfigSchema = z.strictObject({
  cluster: name,
  host: name,
  roles: z.array(z.string()),
  listen: z
    .strictObject({
      port: port.default(8008),
      /** The host's own address, served over mTLS (client certificates of the cluster's CA) beside plain HTTP on 127.0.0.1. Needs `tls`. */
      address: address.optional(),
      tls: tlsFiles.optional(),
    })
    .refine((listen) => listen.address === undefined || listen.tls !== undefined, 'an address beside loopback needs tls')
    .prefault({}),
  intervalMs: z.int().min(200).max(60_000).default(1000),
  checks: z.array(checkSchema).default([]),
  postgres: postgres.optional(),
  /** On hosts with a PostgreSQL server of a cluster that fails over by itself. Needs `postgres`. */
  failover: failover.optional(),
  redis: redis.optional(),
  sentinel: sentinel.optional(),
  etcd: etcd.optional(),
  /** VIP name → address (without prefix). */
  vips: z.record(z.string(), address).default({}),
  /** PEM certificates whose end is watched. */
  certificates: z.array(path).default([]),
  /** Paths whose file systems are watched. */
  disks: z.array(path).default(['/']),
  control: z.strictObject({ url: z.url({ protocol: /^https?$/ }), tokenFile: path, caPath: path.optional() }).optional(),
  /** Directory of `*.jsonl`, one `spoolLine` per line, written by Sentinel's scripts. */
  spoolDirectory: path.default('/var/lib/netvis/spool'),
  /** The last report, replaced atomically each tick: what `status` reads over SSH. */
  reportPath: path.default('/run/netvis/report.json'),
});

export type AgentConfig = z.output<typeof agentConfigSchema>;
export type AgentConfigInput = z.input<typeof agentConfigSchema>;
export type Check = z.output<typeof checkSchema>;
export type PostgresConfig = z.output<typeof postgres>;
export type FailoverConfig = z.output<typeof failover>;
export type RedisConfig = z.output<typeof redis>;
export type SentinelConfig = z.output<typeof sentinel>;
export type EtcdConfig = z.output<typeof etcd>;
export type TlsFiles = z.output<typeof tlsFiles>;
