import * as z from 'zod';
import { recordSchema } from './operator.ts';

/**
 * What an agent says about its host, once per tick. Readers accept fields they do not know, so that agents and control
 * plane of different versions work together. A part that could not be read says `reason` and nothing else it does not know.
 */
export const states = ['ok', 'warning', 'critical', 'unknown'] as const;
const state = z.enum(states);
const count = z.int().min(0);

const check = z.object({
  name: z.string(),
  kind: z.enum([
    'process',
    'unit',
    'http',
    'tcp',
    'postgres',
    'redis',
    'sentinel',
    'etcd',
    'failover',
    'disk',
    'memory',
    'certificate',
    'clock',
  ]),
  state,
  /** One sentence, e.g. `no process nginx`. */
  message: z.string(),
});

const postgresReplica = z.object({
  /** application_name of the walsender. */
  name: z.string(),
  address: z.string().nullable(),
  state: z.string(),
  syncState: z.string(),
  /** Bytes written on the primary and not yet replayed here; null = not known yet. */
  lagBytes: count.nullable(),
});

const postgres = z.object({
  role: z.enum(['primary', 'replica', 'down']),
  reason: z.string().nullable(),
  version: z.string().nullable(),
  timeline: z.int().nullable(),
  /** Current write position (primary) or received position (replica), `0/3000060`. */
  lsn: z.string().nullable(),
  /** Replica: received and not yet replayed bytes. Primary: 0. */
  lagBytes: count.nullable(),
  /** Replica: state of its WAL receiver and where it streams from; null = no receiver. */
  receiver: z.object({ state: z.string(), sender: z.string().nullable() }).nullable(),
  /** Primary: its standbys. */
  replicas: z.array(postgresReplica),
  /** Names in synchronous_standby_names. */
  syncNames: z.array(z.string()),
  pendingRestart: z.boolean().nullable(),
});

const redisReplica = z.object({
  address: z.string(),
  port: z.int(),
  state: z.string(),
  offset: count.nullable(),
  lagSeconds: count.nullable(),
});
const endpoint = z.object({ address: z.string(), port: z.int() });

const redis = z.object({
  role: z.enum(['master', 'replica', 'down']),
  reason: z.string().nullable(),
  version: z.string().nullable(),
  /** Replica: its master. */
  master: endpoint.nullable(),
  /** Replica: state of the link to its master. */
  link: z.enum(['up', 'down']).nullable(),
  offset: count.nullable(),
  replicas: z.array(redisReplica),
});

const sentinel = z.object({
  up: z.boolean(),
  reason: z.string().nullable(),
  /** The master this Sentinel names; null = it names none. */
  master: endpoint.nullable(),
  /** Flags of the master as this Sentinel sees it, e.g. `master`, `s_down`, `o_down`. */
  flags: z.array(z.string()),
  numSlaves: count.nullable(),
  /** Known Sentinels, this one included. */
  numSentinels: count.nullable(),
  quorum: count.nullable(),
  /** Answer of CKQUORUM; null = not known. */
  quorumOk: z.boolean().nullable(),
});

const etcd = z.object({
  healthy: z.boolean(),
  reason: z.string().nullable(),
  /** Member ids as decimal text. */
  memberId: z.string().nullable(),
  leader: z.string().nullable(),
});

/** What this host's agent makes of the cluster's record, on hosts with a PostgreSQL server that fails over by itself. */
const failover = z.object({
  /** The record as it was last read; null = not read yet, or not readable. */
  record: recordSchema.nullable(),
  /** How long ago the lease store answered last; null = never. */
  storeAgeMs: count.nullable(),
  /** Whether netvis-guard answers, and whether it holds a deadline. */
  guard: z.object({ reachable: z.boolean(), armed: z.boolean() }),
  /** The last decision: its rule, what it saw, and why every other host does not lead. */
  decision: z
    .object({
      rule: z.string(),
      saw: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
      others: z.record(z.string(), z.looseObject({ code: z.string() })),
    })
    .nullable(),
  /** What was to be done to the server last, where it did not succeed; it is tried again. */
  failed: z.object({ operation: z.string(), reason: z.string() }).nullable(),
});

const system = z.object({
  load1: z.number(),
  cores: count,
  memoryTotalBytes: count,
  memoryAvailableBytes: count,
  disks: z.array(z.object({ path: z.string(), totalBytes: count, freeBytes: count })),
  clock: z.object({ /** null = not known. */ synchronized: z.boolean().nullable(), offsetMs: z.number().nullable() }),
});

const event = z.object({ time: z.iso.datetime(), source: z.string(), kind: z.string(), message: z.string() });

export const healthReportSchema = z.object({
  format: z.literal(1),
  cluster: z.string(),
  host: z.string(),
  roles: z.array(z.string()),
  time: z.iso.datetime(),
  uptimeSeconds: count,
  /** The worst of the checks. */
  state,
  checks: z.array(check),
  system,
  postgres: postgres.optional(),
  redis: redis.optional(),
  sentinel: sentinel.optional(),
  etcd: etcd.optional(),
  failover: failover.optional(),
  vips: z.record(z.string(), z.object({ address: z.string(), held: z.boolean() })),
  certificates: z.array(
    z.object({ path: z.string(), notAfter: z.iso.datetime().nullable(), daysLeft: z.int().nullable(), reason: z.string().nullable() }),
  ),
  /** The latest events of the spool, oldest first. */
  events: z.array(event),
  agent: z.object({ version: z.string(), rssBytes: count, uptimeSeconds: count, tickMs: count, publishFailures: count }),
});

/** One line of a spool file: what Sentinel's scripts write for the agent to read, `time` as `date -u +%Y-%m-%dT%H:%M:%SZ`. */
export const spoolLineSchema = event;

export type HealthReport = z.output<typeof healthReportSchema>;
export type CheckResult = z.output<typeof check>;
export type HealthState = z.output<typeof state>;
export type PostgresReading = z.output<typeof postgres>;
export type RedisReading = z.output<typeof redis>;
export type SentinelReading = z.output<typeof sentinel>;
export type EtcdReading = z.output<typeof etcd>;
export type FailoverReading = z.output<typeof failover>;
export type SystemReading = z.output<typeof system>;
export type CertificateReading = HealthReport['certificates'][number];
export type AgentEvent = z.output<typeof event>;
