import type { FailoverReading, PostgresReading } from '@netvis/agent/contract/health-report';
import type { ClusterRecord } from '@netvis/agent/contract/operator';
import type { Site } from '../site.ts';
import { critical, type Finding, warning } from './finding.ts';
import { type HostReadings, type ReportedHost, withReports } from './host-reading.ts';
import type { PostgresMember, PostgresStatus } from './status.ts';

type Server = {
  readonly host: string;
  readonly address: string;
  readonly reading: PostgresReading | null;
  readonly failover: FailoverReading | null;
};
type Standby = PostgresReading['replicas'][number];
type View = { readonly site: Site; readonly servers: readonly Server[]; readonly primary: Server | null };

/** PostgreSQL of the whole cluster, and what is wrong with it. */
export function postgresStatus(
  site: Site,
  readings: HostReadings,
): { readonly status: PostgresStatus; readonly findings: readonly Finding[] } {
  const servers = withReports(site.byRole.postgres, readings).map(serverOf);
  const view = { site, servers, primary: newestPrimary(servers) };
  const record = newestRecord(servers);
  const sync = record ? record.members.map(({ host }) => host) : synchronousIn(view);
  const members = servers.map((server) => memberOf(view, server));
  const { primary } = view;
  const status = {
    primary: primary?.host ?? null,
    epoch: record?.epoch ?? null,
    timeline: primary?.reading?.timeline ?? null,
    sync,
    members,
  };
  const findings = [
    ...roleFindings(view),
    ...servers.flatMap((server) => serverFindings(view, server)),
    ...servers.flatMap(failoverFindings),
    ...(record?.pause ? [warning('NV_PG_PAUSED', 'failover is paused: nothing takes over from a primary that fails')] : []),
    ...copyFindings(view, status),
  ];
  return { status, findings: servers.length === 0 ? [] : findings };
}

function serverOf({ host, report }: ReportedHost): Server {
  return { host: host.name, address: host.address, reading: report?.postgres ?? null, failover: report?.failover ?? null };
}

/** The record with the highest epoch that some agent knows; of one epoch the primary's own agent knows it best. */
function newestRecord(servers: readonly Server[]): ClusterRecord | null {
  const known = servers.flatMap(({ host, failover }) => (failover?.record ? [{ host, record: failover.record }] : []));
  const isOwn = ({ host, record }: (typeof known)[number]) => (record.primary.host === host ? 1 : 0);
  return known.toSorted((a, b) => b.record.epoch - a.record.epoch || isOwn(b) - isOwn(a))[0]?.record ?? null;
}

function synchronousIn(view: View): readonly string[] {
  return view.servers.filter((server) => standbyOf(view, server)?.syncState === 'sync').map(({ host }) => host);
}

/** Of several primaries the one with the highest timeline was promoted last. */
function newestPrimary(servers: readonly Server[]): Server | null {
  const primaries = servers.filter(({ reading }) => reading?.role === 'primary');
  return primaries.toSorted((a, b) => (b.reading?.timeline ?? 0) - (a.reading?.timeline ?? 0))[0] ?? null;
}

/** The server as the primary sees it among its standbys. */
function standbyOf({ primary }: View, server: Server): Standby | undefined {
  return primary?.reading?.replicas.find((standby) => standby.name === server.host || standby.address === server.address);
}

/** A replica is described by its primary; by itself where no primary answers. */
function memberOf(view: View, server: Server): PostgresMember {
  const { host, reading } = server;
  const standby = standbyOf(view, server);
  if (!reading) return { host, role: 'unknown', lagBytes: standby?.lagBytes ?? null, state: standby?.state ?? 'unknown' };
  if (reading.role === 'down') return { host, role: 'down', lagBytes: null, state: 'down' };
  if (reading.role === 'primary') return { host, role: 'primary', lagBytes: 0, state: 'running' };
  const alone = view.primary === null;
  const seen = standby ?? { lagBytes: alone ? reading.lagBytes : null, state: (alone && reading.receiver?.state) || 'disconnected' };
  return { host, role: 'replica', lagBytes: seen.lagBytes, state: seen.state };
}

function roleFindings({ servers, primary }: View): readonly Finding[] {
  const primaries = servers.filter(({ reading }) => reading?.role === 'primary').map(({ host }) => host);
  if (primaries.length > 1) return [critical('NV_PG_TWO_PRIMARIES', `${primaries.join(' and ')} are both primary`)];
  if (primary) return [];
  const blind = servers.some(({ reading }) => reading === null);
  return [critical('NV_PG_NO_PRIMARY', blind ? 'no PostgreSQL host that answers is primary' : 'no PostgreSQL host is primary')];
}

function serverFindings(view: View, server: Server): readonly Finding[] {
  const { host, reading } = server;
  if (!reading) return [];
  if (reading.role === 'down') return [critical('NV_PG_DOWN', `PostgreSQL on ${host} does not answer: ${reading.reason}`, host)];
  const restart = reading.pendingRestart ? [warning('NV_PG_PENDING_RESTART', `PostgreSQL on ${host} waits for a restart`, host)] : [];
  return [...restart, ...(reading.role === 'replica' ? replicaFindings(view, server, reading) : [])];
}

function replicaFindings(view: View, server: Server, reading: PostgresReading): readonly Finding[] {
  const { host } = server;
  const lag = standbyOf(view, server)?.lagBytes ?? reading.lagBytes ?? 0;
  const limit = view.site.postgres.lagWarningBytes;
  const timeline = view.primary?.reading?.timeline ?? null;
  const other = timeline !== null && reading.timeline !== null && reading.timeline !== timeline;
  return [
    ...(reading.receiver?.state === 'streaming' ? [] : [critical('NV_PG_NOT_STREAMING', `replica ${host} does not stream`, host)]),
    ...(lag > limit ? [warning('NV_PG_LAG', `replica ${host} is ${lag} bytes behind (limit ${limit})`, host)] : []),
    ...(other ? [warning('NV_PG_TIMELINE', `replica ${host} is on timeline ${reading.timeline}, the primary on ${timeline}`, host)] : []),
  ];
}

/** What keeps this host from leading, or from going on to. */
function failoverFindings({ host, failover }: Server): readonly Finding[] {
  if (!failover) return [];
  const { guard, storeAgeMs, failed } = failover;
  return [
    ...(guard.reachable ? [] : [critical('NV_PG_GUARD_SILENT', `netvis-guard on ${host} does not answer: it cannot become primary`, host)]),
    ...(storeAgeMs === null ? [critical('NV_PG_STORE_SILENT', `the agent on ${host} has not reached the lease store`, host)] : []),
    ...(failed ? [warning('NV_PG_OPERATION_FAILED', `${failed.operation} on ${host}: ${failed.reason}`, host)] : []),
  ];
}

/** How many copies there are, and whether commits wait for the right ones. */
function copyFindings({ servers, primary }: View, status: PostgresStatus): readonly Finding[] {
  const reading = primary?.reading;
  if (!primary || !reading || servers.length < 2) return [];
  const streaming = reading.replicas.filter((standby) => standby.state === 'streaming');
  const none = streaming.length === 0 ? [critical('NV_PG_NO_REPLICA', `no replica streams from ${primary.host}`)] : [];
  return [...none, ...syncFindings(reading, status)];
}

function syncFindings(reading: PostgresReading, status: PostgresStatus): readonly Finding[] {
  if (status.epoch !== null)
    return status.sync.length > 0 ? [] : [warning('NV_PG_NOT_SYNCHRONOUS', 'no standby holds every commit yet: none can take over')];
  if (reading.syncNames.length === 0) return [warning('NV_PG_NOT_SYNCHRONOUS', 'commits do not wait for a replica')];
  if (status.sync.length > 0 || reading.replicas.some((standby) => standby.syncState === 'sync')) return [];
  return [critical('NV_PG_SYNC_MISSING', `commits wait for ${reading.syncNames.join(', ')}, and none of them streams`)];
}
