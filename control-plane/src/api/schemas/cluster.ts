import * as z from 'zod';
import { roles } from '../../core/inventory/schema.ts';
import { namedSchemas } from './registry.ts';

const host = z.string();
const hosts = z.array(host).readonly();
const lagBytes = z.number().nullable();
const state = z.string();

const postgres = z.object({
  primary: host.nullable(),
  epoch: z.number().nullable(),
  timeline: z.number().nullable(),
  sync: hosts,
  members: z.array(z.object({ host, role: z.enum(['primary', 'replica', 'down', 'unknown']), lagBytes, state })).readonly(),
});

const redis = z.object({
  master: host.nullable(),
  members: z.array(z.object({ host, role: z.enum(['master', 'replica', 'down', 'unknown']), lagBytes, state })).readonly(),
  sentinels: z.object({ known: z.number(), quorum: z.number(), ok: z.boolean(), master: host.nullable() }),
});

const etcd = z.object({
  leader: host.nullable(),
  healthy: z.boolean(),
  members: z.array(z.object({ host, state: z.enum(['healthy', 'unhealthy', 'unknown']) })).readonly(),
});

const hostStatus = z.object({
  address: z.string(),
  roles: z.array(z.enum(roles)).readonly(),
  state: z.enum(['ok', 'warning', 'critical', 'unreachable', 'unknown']),
  reportAgeMs: z.number().nullable(),
  agentVersion: z.string().nullable(),
  failing: z.array(z.object({ check: z.string(), state, message: z.string() })).readonly(),
});

const problem = z.object({
  code: z.string(),
  severity: z.enum(['warning', 'critical']),
  host: host.optional(),
  message: z.string(),
  hint: z.string(),
});

/** The live state of a cluster: the object `netvis-ctl status --json` prints. */
export const clusterStatusSchema = z
  .object({
    cluster: z.string(),
    ok: z.boolean(),
    postgres,
    redis,
    vips: z.record(z.string(), z.object({ address: z.string(), holders: hosts, watched: z.boolean() })),
    etcd,
    hosts: z.record(z.string(), hostStatus),
    problems: z.array(problem).readonly(),
  })
  .register(namedSchemas, { id: 'ClusterStatus' });
