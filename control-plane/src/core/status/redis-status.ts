import type { RedisReading } from '@netvis/agent/contract/health-report';
import type { Site } from '../site.ts';
import { critical, type Finding } from './finding.ts';
import { type HostReadings, type ReportedHost, withReports } from './host-reading.ts';
import { sentinelStatus } from './sentinel-status.ts';
import type { RedisMember, RedisStatus } from './status.ts';

type Server = { readonly host: string; readonly address: string; readonly reading: RedisReading | null };

/** Redis and its Sentinels, and what is wrong with them. */
export function redisStatus(site: Site, readings: HostReadings): { readonly status: RedisStatus; readonly findings: readonly Finding[] } {
  const servers = withReports(site.byRole.redis, readings).map(serverOf);
  const masters = servers.filter(({ reading }) => reading?.role === 'master');
  const master = chosenMaster(masters);
  const members = servers.map((server) => memberOf(server, master));
  const sentinels = sentinelStatus(site, readings, { master, replicas: members.filter(({ role }) => role === 'replica').length });
  const findings = [
    ...roleFindings(servers, masters),
    ...servers.flatMap(serverFindings),
    ...copyFindings(servers, master),
    ...sentinels.findings,
  ];
  return { status: { master: master?.host ?? null, members, sentinels: sentinels.status }, findings };
}

function serverOf({ host, report }: ReportedHost): Server {
  return { host: host.name, address: host.address, reading: report?.redis ?? null };
}

/** Of several masters the one with replicas is the one Sentinel follows; a returned old master has none. */
function chosenMaster(masters: readonly Server[]): Server | null {
  return masters.toSorted((a, b) => (b.reading?.replicas.length ?? 0) - (a.reading?.replicas.length ?? 0))[0] ?? null;
}

function memberOf({ host, address, reading }: Server, master: Server | null): RedisMember {
  if (!reading) return { host, role: 'unknown', lagBytes: null, state: 'unknown' };
  if (reading.role === 'down') return { host, role: 'down', lagBytes: null, state: 'down' };
  if (reading.role === 'master') return { host, role: 'master', lagBytes: 0, state: 'running' };
  const seen = master?.reading?.replicas.find((replica) => replica.address === address);
  const ahead = master?.reading?.offset ?? null;
  const lagBytes = seen && seen.offset !== null && ahead !== null ? Math.max(0, ahead - seen.offset) : null;
  return { host, role: 'replica', lagBytes, state: reading.link === 'up' ? (seen?.state ?? 'online') : 'disconnected' };
}

function roleFindings(servers: readonly Server[], masters: readonly Server[]): readonly Finding[] {
  if (servers.length === 0) return [];
  if (masters.length > 1) return [critical('NV_REDIS_TWO_MASTERS', `${masters.map(({ host }) => host).join(' and ')} are both master`)];
  return masters.length === 1 ? [] : [critical('NV_REDIS_NO_MASTER', 'no Redis host that answers is master')];
}

function serverFindings({ host, reading }: Server): readonly Finding[] {
  if (reading?.role === 'down') return [critical('NV_REDIS_DOWN', `Redis on ${host} does not answer: ${reading.reason}`, host)];
  if (reading?.role !== 'replica' || reading.link === 'up') return [];
  return [critical('NV_REDIS_LINK_DOWN', `replica ${host} has no link to its master ${reading.master?.address}`, host)];
}

function copyFindings(servers: readonly Server[], master: Server | null): readonly Finding[] {
  const online = master?.reading?.replicas.filter((replica) => replica.state === 'online') ?? [];
  if (!master || servers.length < 2 || online.length > 0) return [];
  return [critical('NV_REDIS_NO_REPLICA', `no replica follows ${master.host}`)];
}
