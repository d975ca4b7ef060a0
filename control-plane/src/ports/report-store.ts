import type { HealthReport } from '@netvis/agent/contract/health-report';

/** A report and when it came, ISO 8601 by this side's clock. */
export type ReceivedReport = { readonly report: HealthReport; readonly receivedAt: string };

/** The latest report of each agent. Every method rejects with NV_QUEUE when the store cannot be reached. */
export type ReportStore = {
  /** Keeps a report in place of the host's former one. */
  save(received: ReceivedReport): Promise<void>;
  /** The latest reports of a cluster, by host. */
  latest(cluster: string): Promise<Readonly<Record<string, ReceivedReport>>>;
};
