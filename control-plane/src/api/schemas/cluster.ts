import * as z from 'zod';
import { namedSchemas } from './registry.ts';

const hostName = z.string();

const member = z.object({ host: hostName, role: z.string(), lagBytes: z.number().nullable(), state: z.string() });

/** The live state of a cluster, the same object `netvis-ctl status --json` prints; absent parts are not in the cluster. */
export const clusterStatusSchema = z
  .object({
    cluster: z.string(),
    ok: z.boolean(),
    postgres: z
      .object({
        primary: hostName.nullable(),
        epoch: z.number().nullable(),
        sync: z.array(hostName).readonly(),
        members: z.array(member).readonly(),
      })
      .optional(),
    redis: z
      .object({
        master: hostName.nullable(),
        members: z.array(member).readonly(),
        sentinels: z.object({ known: z.number(), quorum: z.number() }),
      })
      .optional(),
    vips: z.record(z.string(), z.object({ address: z.string(), holders: z.array(hostName).readonly() })),
    etcd: z.object({ leader: hostName.nullable(), healthy: z.number(), members: z.number() }).optional(),
    hosts: z.record(z.string(), z.looseObject({ state: z.string() })),
    problems: z
      .array(z.object({ code: z.string(), severity: z.enum(['warning', 'critical']), message: z.string(), hint: z.string().optional() }))
      .readonly(),
  })
  .register(namedSchemas, { id: 'ClusterStatus' });

export type ClusterStatus = z.output<typeof clusterStatusSchema>;
