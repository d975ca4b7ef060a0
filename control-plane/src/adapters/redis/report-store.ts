import { healthReportSchema } from '@netvis/agent/contract/health-report';
import type { Redis } from 'ioredis';
import * as z from 'zod';
import type { ReceivedReport, ReportStore } from '../../ports/report-store.ts';

const receivedSchema = z.object({ report: healthReportSchema, receivedAt: z.iso.datetime() });

/** Latest reports in the queue's Redis: one hash per cluster, one field per host. */
export function createReportStore(redis: Redis): ReportStore {
  const place = (cluster: string) => `netvis:reports:${cluster}`;
  return {
    async save(received) {
      await redis.hset(place(received.report.cluster), received.report.host, JSON.stringify(received));
    },
    async latest(cluster) {
      const texts = await redis.hgetall(place(cluster));
      return Object.fromEntries(Object.entries(texts).flatMap(([host, text]) => readable(text).map((received) => [host, received])));
    },
  };
}

/** A report in a shape of another version counts as none: its agent sends a new one soon. */
function readable(text: string): ReceivedReport[] {
  const parsed = receivedSchema.safeParse(JSON.parse(text));
  return parsed.success ? [parsed.data] : [];
}
