import type { HealthReport } from '@netvis/agent/contract/health-report';
import type { SiteHost } from '../site.ts';

/**
 * What is known of one host: its agent's last report with its age and the host's clock against the control machine's
 * (null = not measured), or why there is none. `silent` = the host answers and its agent says nothing.
 */
export type HostReading =
  | { readonly report: HealthReport; readonly ageMs: number; readonly clockOffsetMs: number | null }
  | { readonly unreachable: string }
  | { readonly silent: string };

export type HostReadings = Readonly<Record<string, HostReading>>;

/** Older reports say nothing about now. Agents report each second. */
export const staleMs = 10_000;

/** The host's report if there is one and it is fresh. */
export function freshReport(readings: HostReadings, host: string): HealthReport | null {
  const reading = readings[host];
  return reading && 'report' in reading && reading.ageMs <= staleMs ? reading.report : null;
}

export type ReportedHost = { readonly host: SiteHost; readonly report: HealthReport | null };

/** The hosts with their fresh reports. */
export function withReports(hosts: readonly SiteHost[], readings: HostReadings): readonly ReportedHost[] {
  return hosts.map((host) => ({ host, report: freshReport(readings, host.name) }));
}
