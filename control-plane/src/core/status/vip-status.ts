import type { Site } from '../site.ts';
import { critical, type Finding } from './finding.ts';
import { type HostReadings, withReports } from './host-reading.ts';
import type { VipStatus } from './status.ts';

type Vips = Readonly<Record<string, VipStatus>>;

/** Who holds each VIP. An address no agent watches is not judged. */
export function vipStatus(site: Site, readings: HostReadings): { readonly status: Vips; readonly findings: readonly Finding[] } {
  const reports = withReports(site.hosts, readings).flatMap(({ host, report }) => (report ? [{ host: host.name, vips: report.vips }] : []));
  const entries = Object.entries(site.vips).map(([name, { address }]) => {
    const watchers = reports.filter(({ vips }) => vips[name]?.address === address);
    const holders = watchers.filter(({ vips }) => vips[name]?.held).map(({ host }) => host);
    return [name, { address, holders, watched: watchers.length > 0 }] as const;
  });
  return { status: Object.fromEntries(entries), findings: entries.flatMap(([name, vip]) => vipFindings(name, vip)) };
}

function vipFindings(name: string, { address, holders, watched }: VipStatus): readonly Finding[] {
  if (holders.length > 1) return [critical('NV_VIP_HELD_TWICE', `VIP ${name} (${address}) is held by ${holders.join(' and ')}`)];
  return watched && holders.length === 0 ? [critical('NV_VIP_NOT_HELD', `VIP ${name} (${address}) is held by no host that answers`)] : [];
}
