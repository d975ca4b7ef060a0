import type { Problem } from './errors.ts';
import type { PostgresFact } from './facts/postgres.ts';
import type { Seen } from './facts-by-host.ts';
import type { LiveRoles, Site, SiteHost } from './site.ts';

type Input = { readonly site: Site; readonly seen: readonly Seen<PostgresFact>[]; readonly isManaged: boolean };
type Live = { readonly role: LiveRoles['postgres']; readonly problems: readonly Problem[] };

/** The server that takes writes: the running primary; else the one the standbys follow; else the last primary; else the inventory's. */
export function livePostgres(input: Input): Live {
  const { site, seen } = input;
  const data = seen.filter(({ fact }) => fact.data === 'initialised');
  const primaries = newestFirst(data.filter(({ fact }) => fact.running && isPrimary(fact)));
  const found = primaries[0]?.host ?? followed(input, data) ?? newestFirst(data.filter(({ fact }) => isPrimary(fact)))[0]?.host;
  return {
    role: asRole(found ?? data[0]?.host ?? initialPrimary(site), { seen, bootstrapped: data.length > 0 }),
    problems: [...splitBrain(primaries), ...strangers(data), ...unknownData(input, data), ...(found ? [] : onlyStandbys(data))],
  };
}

function initialPrimary(site: Site): SiteHost | undefined {
  return site.byRole.postgres.find(({ name }) => name === site.postgres.initialPrimary);
}

/** A server that does not answer counts by its standby.signal: it may still take writes. */
function isPrimary(fact: PostgresFact): boolean {
  return fact.live ? !fact.live.inRecovery : !fact.standbySignal;
}

/** The host most standbys follow, of those whose own facts are missing: what has been read speaks for itself. */
function followed({ site, seen }: Input, data: readonly Seen<PostgresFact>[]): SiteHost | undefined {
  const upstreams = data.flatMap(({ fact }) => (fact.live?.inRecovery && fact.live.upstream ? [fact.live.upstream] : []));
  const counted = site.byRole.postgres
    .filter((host) => !seen.some((other) => other.host.name === host.name))
    .map((host) => ({ host, votes: upstreams.filter((upstream) => upstream === host.address || upstream === host.name).length }))
    .filter(({ votes }) => votes > 0);
  return counted.sort((a, b) => b.votes - a.votes)[0]?.host;
}

function newestFirst(servers: readonly Seen<PostgresFact>[]): readonly Seen<PostgresFact>[] {
  return [...servers].sort((a, b) => timelineOf(b.fact) - timelineOf(a.fact));
}

function timelineOf(fact: PostgresFact): number {
  return fact.live?.timeline ?? fact.timeline ?? 0;
}

function asRole(host: SiteHost | undefined, from: { seen: Input['seen']; bootstrapped: boolean }): LiveRoles['postgres'] {
  const standbys = from.seen.map((reading) => reading.host.name).filter((name) => name !== host?.name);
  const fact = from.seen.find((reading) => reading.host.name === host?.name)?.fact;
  const server = { primaryRuns: fact?.running ?? false, ...(fact?.live ? { limits: fact.live.limits } : {}) };
  return { bootstrapped: from.bootstrapped, primary: host?.name ?? '', address: host?.address ?? '', standbys, ...server };
}

function splitBrain(primaries: readonly Seen<PostgresFact>[]): readonly Problem[] {
  if (primaries.length < 2) return [];
  const names = primaries.map(({ host, fact }) => `${host.name} (timeline ${timelineOf(fact)})`).join(' and ');
  return [
    {
      code: 'NV_REFUSED',
      message: `${names} run as PostgreSQL primaries at the same time`,
      hint: 'Stop the one whose writes are to be given up: systemctl stop netvis-postgres. Its data is moved aside, never deleted.',
    },
  ];
}

function strangers(data: readonly Seen<PostgresFact>[]): readonly Problem[] {
  const ids = [...new Set(data.flatMap(({ fact }) => fact.systemId ?? []))];
  if (ids.length < 2) return [];
  const names = data.map(({ host, fact }) => `${host.name}: ${fact.systemId}`).join(', ');
  return [
    {
      code: 'NV_REFUSED',
      message: `the data directories do not belong to one PostgreSQL cluster (${names})`,
      hint: 'Move the data directory of the wrong host aside; it is then cloned from the primary.',
    },
  ];
}

/** To pick the one to promote is not for apply: it may be behind. */
function onlyStandbys(data: readonly Seen<PostgresFact>[]): readonly Problem[] {
  if (data.length === 0) return [];
  return [
    {
      code: 'NV_REFUSED',
      message: `every PostgreSQL server with data is a standby (${data.map(({ host }) => host.name).join(', ')}): there is no primary`,
      hint: 'Promote the one that is furthest: pg_ctl promote, or netvis-ctl failover postgres --to HOST.',
    },
  ];
}

/** On an existing cluster an unread host may be the only one with data: making a new primary would then fork it. */
function unknownData({ site, seen, isManaged }: Input, data: readonly Seen<PostgresFact>[]): readonly Problem[] {
  const unread = site.byRole.postgres.filter((host) => !seen.some((reading) => reading.host.name === host.name));
  if (!isManaged || data.length > 0 || unread.length === 0) return [];
  const names = unread.map(({ name }) => name).join(', ');
  return [
    {
      code: 'NV_REFUSED',
      message: `no reachable host carries PostgreSQL data, and ${names} cannot be read`,
      hint: 'Bring the host back or remove it from the inventory.',
    },
  ];
}
