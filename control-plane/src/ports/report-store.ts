import type { HealthReport } from '@netvis/agent/contract/health-report';

/** The latest report of each agent. Every method rejects with NV_QUEUE when the store cannot be reached. */
export type ReportStore = {
  /** Keeps a report in place of the host's former one. */
  save(report: HealthReport): Promise<void>;
  /** The latest reports of a cluster, by host. */
  latest(cluster: string): Promise<Readonly<Record<string, HealthReport>>>;
};
