import type { HealthReport } from '../contract/health-report.ts';

/** Where a report goes. Never rejects and never waits for the network. */
export type Outlet = { publish(report: HealthReport): Promise<void> };

/** Log lines for machines: one JSON object per line. */
export type Journal = (level: 'info' | 'warning' | 'error', message: string, fields?: Readonly<Record<string, unknown>>) => void;
