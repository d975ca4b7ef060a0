import type { EtcdReading } from '@netvis/agent/contract/health-report';
import { majorityOf } from '../build-site.ts';
import type { Site } from '../site.ts';
import { critical, type Finding, warning } from './finding.ts';
import { type HostReadings, withReports } from './host-reading.ts';
import type { EtcdStatus } from './status.ts';

type Member = { readonly host: string; readonly reading: EtcdReading | null };

/** The etcd members and what is wrong with them. */
export function etcdStatus(site: Site, readings: HostReadings): { readonly status: EtcdStatus; readonly findings: readonly Finding[] } {
  const members = withReports(site.byRole.etcd, readings).map(({ host, report }) => ({ host: host.name, reading: report?.etcd ?? null }));
  const healthy = members.filter(({ reading }) => reading?.healthy);
  const leaders = new Set(healthy.map(({ reading }) => reading?.leader ?? null));
  const leader = leaders.size === 1 ? members.find(({ reading }) => reading?.memberId != null && leaders.has(reading.memberId)) : undefined;
  const quorate = healthy.length >= majorityOf(members.length);
  const agreed = leaders.size === 1 && !leaders.has(null);
  const status = { leader: leader?.host ?? null, healthy: quorate && agreed, members: members.map(memberOf) };
  return {
    status,
    findings: members.length === 0 ? [] : [...memberFindings(members), ...clusterFindings(healthy.length, members, agreed)],
  };
}

function memberOf({ host, reading }: Member): EtcdStatus['members'][number] {
  return { host, state: reading ? (reading.healthy ? 'healthy' : 'unhealthy') : 'unknown' };
}

function memberFindings(members: readonly Member[]): readonly Finding[] {
  return members
    .filter(({ reading }) => reading && !reading.healthy)
    .map(({ host, reading }) => warning('NV_ETCD_MEMBER_DOWN', `etcd on ${host}: ${reading?.reason}`, host));
}

function clusterFindings(healthy: number, members: readonly Member[], agreed: boolean): readonly Finding[] {
  if (healthy < majorityOf(members.length))
    return [critical('NV_ETCD_NO_QUORUM', `${healthy} of ${members.length} etcd members are healthy`)];
  return agreed ? [] : [critical('NV_ETCD_NO_LEADER', 'etcd members do not agree on a leader')];
}
