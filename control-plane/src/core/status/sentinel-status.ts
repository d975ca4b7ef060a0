import type { SentinelReading } from '@netvis/agent/contract/health-report';
import { majorityOf } from '../build-site.ts';
import type { Site } from '../site.ts';
import { critical, type Finding, warning } from './finding.ts';
import { type HostReadings, withReports } from './host-reading.ts';
import type { RedisStatus } from './status.ts';

/** What the Redis servers themselves say, for comparison. */
export type RedisTruth = { readonly master: { readonly host: string; readonly address: string } | null; readonly replicas: number };
type Sentinel = { readonly host: string; readonly reading: SentinelReading | null };

/** The Sentinels' common view, and where it is wrong, split or too small. */
export function sentinelStatus(
  site: Site,
  readings: HostReadings,
  truth: RedisTruth,
): { readonly status: RedisStatus['sentinels']; readonly findings: readonly Finding[] } {
  const sentinels = withReports(site.byRole.sentinel, readings).map(({ host, report }) => ({
    host: host.name,
    reading: report?.sentinel ?? null,
  }));
  const up = sentinels.filter(({ reading }) => reading?.up === true);
  const named = unique(up.flatMap(({ reading }) => (reading?.master ? [reading.master.address] : [])));
  const known = up.length === 0 ? 0 : Math.min(...up.map(({ reading }) => reading?.numSentinels ?? 0));
  const enough = up.length >= majorityOf(sentinels.length) && up.filter(({ reading }) => reading?.quorumOk).length > 0;
  const master = named.length === 1 ? hostAt(site, named[0]) : null;
  const findings = [
    ...memberFindings(sentinels),
    ...(enough ? [] : [critical('NV_SENTINEL_NO_QUORUM', `${up.length} of ${sentinels.length} Sentinels answer, and no majority agrees`)]),
    ...viewFindings(site, named, truth),
    ...up.flatMap((sentinel) => replicaFindings(sentinel, truth)),
  ];
  const status = { known, quorum: site.redis.quorum ?? majorityOf(sentinels.length), ok: enough && named.length === 1, master };
  return { status, findings: sentinels.length === 0 ? [] : findings };
}

function memberFindings(sentinels: readonly Sentinel[]): readonly Finding[] {
  return sentinels.flatMap(({ host, reading }) => {
    if (!reading) return [];
    if (!reading.up) return [warning('NV_SENTINEL_DOWN', `Sentinel on ${host} does not answer: ${reading.reason}`, host)];
    return reading.master ? [] : [critical('NV_SENTINEL_NO_MASTER', `Sentinel on ${host} names no master: ${reading.reason}`, host)];
  });
}

function viewFindings(site: Site, named: readonly string[], truth: RedisTruth): readonly Finding[] {
  const names = named.map((address) => hostAt(site, address) ?? address);
  if (names.length > 1) return [critical('NV_SENTINEL_DISAGREES', `Sentinels name ${names.join(' and ')} as master`)];
  if (!truth.master || names.length === 0 || named[0] === truth.master.address) return [];
  return [critical('NV_SENTINEL_WRONG_MASTER', `Sentinels name ${names[0]}, the master is ${truth.master.host}`)];
}

function replicaFindings({ host, reading }: Sentinel, truth: RedisTruth): readonly Finding[] {
  const slaves = reading?.numSlaves ?? null;
  if (slaves === null || slaves >= truth.replicas) return [];
  return [warning('NV_SENTINEL_REPLICAS_UNKNOWN', `Sentinel on ${host} knows ${slaves} of ${truth.replicas} replicas`, host)];
}

function hostAt(site: Site, address: string | undefined): string | null {
  return site.hosts.find((host) => host.address === address || host.name === address)?.name ?? null;
}

const unique = (values: readonly string[]) => [...new Set(values)];
