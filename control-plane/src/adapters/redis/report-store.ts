import { type HealthReport, healthReportSchema } from '@netvis/agent/contract/health-report';
import type { Redis } from 'ioredis';
import type { ReportStore } from '../../ports/report-store.ts';

/** Latest reports in the queue's Redis: one hash per cluster, one field per host. */
export function createReportStore(redis: Redis): ReportStore {
  const place = (cluster: string) => `netvis:reports:${cluster}`;
  return {
    async save(report) {
      await redis.hset(place(report.cluster), report.host, JSON.stringify(report));
    },
    async latest(cluster) {
      const texts = await redis.hgetall(place(cluster));
      return Object.fromEntries(Object.entries(texts).flatMap(([host, text]) => readable(text).map((report) => [host, report])));
    },
  };
}

/** A report in a shape of another version counts as none: its agent sends a new one soon. */
function readable(text: string): HealthReport[] {
  const parsed = healthReportSchema.safeParse(JSON.parse(text));
  return parsed.success ? [parsed.data] : [];
}
