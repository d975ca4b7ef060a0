import type { HealthReport } from '../../../agent/src/contract/health-report.ts';
import { NvError } from '../../../control-plane/src/core/errors.ts';
import type { Lab } from '../../lab/lab.ts';
import type { DatabaseHost, Roles } from './system.ts';

/** An agent writes its report every second: an older one is of a host that is paused, or of an agent that is. */
const freshMs = 4000;

/** The agents' reports, read on the hosts themselves, so that SSH and the control plane have no part in it. Off hosts have none. */
export async function reportsOf(lab: Lab, hosts: readonly DatabaseHost[]): Promise<readonly HealthReport[]> {
  const read = await Promise.all(hosts.map(({ name }) => reportOf(lab, name)));
  return read.flatMap((report) => (report !== null && Date.now() - Date.parse(report.time) < freshMs ? [report] : []));
}

/** Who is who by the newest record, as long as its primary says so itself. */
export function rolesIn(reports: readonly HealthReport[]): Roles {
  const epochOf = ({ failover }: HealthReport) => failover?.record?.epoch ?? -1;
  const newest = Math.max(-1, ...reports.map(epochOf));
  const primary = reports.find(
    (report) => epochOf(report) === newest && report.failover?.record?.primary.host === report.host && report.postgres?.role === 'primary',
  );
  return { primary: primary?.host ?? null, protectedBy: primary?.failover?.record?.members.map(({ host }) => host) ?? [] };
}

async function reportOf(lab: Lab, host: string): Promise<HealthReport | null> {
  try {
    const { exitCode, stdout } = await lab.inside(host, 'cat /run/netvis/report.json');
    return exitCode === 0 && stdout !== '' ? (JSON.parse(stdout) as HealthReport) : null;
  } catch (error) {
    if (error instanceof NvError && error.code === 'NV_REFUSED') return null;
    throw error;
  }
}
