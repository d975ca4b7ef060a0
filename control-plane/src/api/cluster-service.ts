import { NvError } from '../core/errors.ts';
import type { Site } from '../core/site.ts';
import { buildStatus } from '../core/status/build-status.ts';
import type { HostReading, HostReadings } from '../core/status/host-reading.ts';
import type { Clock } from '../ports/clock.ts';
import type { ReceivedReport, ReportStore } from '../ports/report-store.ts';
import type { ClusterService } from './service.ts';

export type ClusterServiceParts = {
  /** The site of a cluster. Rejects with NV_NOT_FOUND or NV_INVENTORY_MISSING for one nobody knows. */
  readonly siteOf: (cluster: string) => Promise<Site>;
  readonly reports: ReportStore;
  /** Reads the agents of the named hosts over SSH; never rejects for a host that does not answer. */
  readonly lookAt: (site: Site, hosts: readonly string[]) => Promise<HostReadings>;
  readonly clock: Clock;
};

/** An agent reports each second or so: after this time without a word its host is looked at over SSH. */
const freshMs = 5000;

/** Clusters by what their agents reported lately, and by a look over SSH at hosts whose agents do not report here. */
export function createClusterService({ siteOf, reports, lookAt, clock }: ClusterServiceParts): ClusterService {
  return {
    async status(cluster) {
      const site = await siteOf(cluster);
      const now = Date.parse(clock.nowIso());
      const heard = Object.entries(await reports.latest(cluster)).map(([host, received]) => [host, readingOf(received, now)] as const);
      const fresh = Object.fromEntries(heard.filter(([, reading]) => reading.ageMs <= freshMs));
      const unheard = site.hosts.map(({ name }) => name).filter((name) => !(name in fresh));
      return buildStatus(site, unheard.length === 0 ? fresh : { ...(await lookAt(site, unheard)), ...fresh });
    },
    async report(report) {
      const site = await siteOf(report.cluster);
      if (!site.hosts.some(({ name }) => name === report.host)) {
        throw new NvError({ code: 'NV_NOT_FOUND', message: `cluster ${report.cluster} has no host ${report.host}` });
      }
      await reports.save({ report, receivedAt: clock.nowIso() });
    },
  };
}

function readingOf({ report, receivedAt }: ReceivedReport, nowMs: number): Extract<HostReading, { ageMs: number }> {
  return { report, ageMs: Math.max(0, nowMs - Date.parse(receivedAt)), clockOffsetMs: null };
}
