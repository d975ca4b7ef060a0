/** What operators ask for, and what of it is still to be done (R10, R14). */

import type { Memory } from './memory.ts';
import { elapsedForHolder } from './moment.ts';
import { candidates, otherEligibleHosts } from './others.ts';
import type { Server } from './record.ts';
import type { Request } from './request.ts';
import type { Situation } from './situation.ts';
import { isPaused, isPublishedPrimary } from './standing.ts';
import { isInMaintenance, nextMember } from './sync-set.ts';

type Asked<K extends Request['kind']> = Extract<Request, { kind: K }>;

function requestsOf<K extends Request['kind']>({ view }: Situation, kind: K): readonly Asked<K>[] {
  return view.requests.filter((request): request is Asked<K> => request.kind === kind);
}

/** First sights are counted from here; of requests that are gone nothing is kept. */
export function trackSightings({ view, memory, now }: Situation): Pick<Memory, 'sightings' | 'withdrawn'> {
  if (view.requests.length === 0) return { sightings: {}, withdrawn: {} };
  const ids = view.requests.map(({ id }) => id);
  const kept = ids.filter((id) => memory.withdrawn[id] !== undefined).map((id) => [id, memory.withdrawn[id]] as const);
  return {
    sightings: Object.fromEntries(ids.map((id) => [id, memory.sightings[id] ?? now])),
    withdrawn: Object.fromEntries(kept) as Memory['withdrawn'],
  };
}

/** Whose place the primary shall give up: by a switchover, or because its host goes into maintenance. */
export type Leaving = { readonly id: string; readonly target: string | null };

/** The request by which this primary has to hand over, if one is in force (R10). */
export function leaving(situation: Situation): Leaving | null {
  const { record } = situation;
  if (record === null || isPaused(situation)) return null;
  const asked = requestsOf(situation, 'switchover').find((request) => isInForce(situation, request));
  if (asked !== undefined) return { id: asked.id, target: asked.target };
  const away = requestsOf(situation, 'maintenance').find(({ id, host }) => host === situation.host && id !== record.requestId);
  return away === undefined ? null : { id: away.id, target: null };
}

/** Of this epoch, not carried out, not too old by this node's own count, and to a member. */
function isInForce(situation: Situation, { id, epoch, target, validMs }: Asked<'switchover'>): boolean {
  const { record, memory, now } = situation;
  const seen = memory.sightings[id];
  if (record?.epoch !== epoch || record.requestId === id || seen === undefined || elapsedForHolder(seen, now) >= validMs) return false;
  return target === null || otherEligibleHosts(situation).includes(target);
}

/** The member that takes over by this request: it answered lately, and could. */
export function successor(situation: Situation): string | null {
  const asked = leaving(situation);
  const sinceMs = situation.now.monotonicMs - 2 * situation.timings.renewMs;
  const able = candidates(situation, { monotonicMs: sinceMs, boottimeMs: sinceMs }).map(({ host }) => host);
  if (asked === null) return null;
  return able.find((host) => asked.target === null || host === asked.target) ?? null;
}

export const hasSuccessor = (situation: Situation) => successor(situation) !== null;

export const isSwitching = ({ memory }: Situation) => memory.switching !== null;

/** What the target may lack when the stop begins: so much is replayed within the blink that a hand-over takes. */
const nearBytes = 1024 * 1024;

/** Every member has flushed nearly all, and the one that takes over has replayed nearly all (R10). */
export const isTargetNear = ({ postgres, record, memory }: Situation) => {
  const end = postgres.flushLsn ?? 0;
  return (record?.members ?? []).every(({ host, incarnation }) => {
    const walsender = postgres.walsenders.find((other) => other.incarnation === incarnation);
    if (walsender === undefined || end - walsender.flushLsn > nearBytes) return false;
    return host !== memory.switching?.target || end - walsender.replayLsn <= nearBytes;
  });
};

/** A pause that the record does not hold yet: the latest word of the operators counts. */
export function wantedPause(situation: Situation): Asked<'pause'> | null {
  const last = [...requestsOf(situation, 'pause'), ...requestsOf(situation, 'resume')].at(-1);
  if (last?.kind !== 'pause' || situation.record?.pause?.id === last.id) return null;
  return situation.memory.withdrawn[last.id] === undefined ? last : null;
}

export const isPauseWanted = (situation: Situation) => wantedPause(situation) !== null;

/** The pause ends: an operator says so, or its time is over by this node's count. */
export const isPauseOver = (situation: Situation) =>
  situation.record?.pause != null && (requestsOf(situation, 'resume').length > 0 || !isPaused(situation));

/**
 * Members whose host goes into maintenance or is rebuilt: they leave the set first. The last one leaves when nobody can
 * take its place and the operator has confirmed that (R14).
 */
export function leavingMembers(situation: Situation): readonly Server[] {
  const members = situation.record?.members ?? [];
  const going = members.filter(({ host }) => isInMaintenance(situation, host));
  if (going.length < members.length) return going;
  return nextMember(situation) === null ? going.filter(({ host }) => mayBeTheLast(situation, host)) : [];
}

export const hasLeavingMembers = (situation: Situation) => leavingMembers(situation).length > 0;

function mayBeTheLast(situation: Situation, host: string): boolean {
  const isConfirmed = requestsOf(situation, 'maintenance').some((request) => request.host === host && request.lastMemberConfirmed);
  return (
    isConfirmed ||
    (situation.view.settings.mode === 'availability' && requestsOf(situation, 'reinit').some((request) => request.host === host))
  );
}

/** A forced failover to this host whose conditions hold: the old primary is off, by its own agent or by the operator's word. */
export function forcedFailover(situation: Situation): Asked<'failover'> | null {
  const { record, host } = situation;
  const asked = requestsOf(situation, 'failover').find((request) => request.target === host && request.epoch === record?.epoch);
  if (asked === undefined || record === null || record.requestId === asked.id) return null;
  return asked.oldPrimaryIsOff || isSeenStopped(situation, record.primary.host) ? asked : null;
}

export const isForcedFailoverDue = (situation: Situation) => forcedFailover(situation) !== null;

function isSeenStopped({ view, now, timings }: Situation, host: string): boolean {
  const answer = view.peers[host];
  return answer !== undefined && answer.server?.process === 'none' && elapsedForHolder(answer.at, now) <= 3 * timings.renewMs;
}

/** The request to throw this host's data away, until they are others than when it was begun. */
export function dueReinit(situation: Situation): Asked<'reinit'> | null {
  const asked = requestsOf(situation, 'reinit').find(({ host }) => host === situation.host);
  return asked === undefined || isReinitDone(situation, asked.id) ? null : asked;
}

/** Not while it counts as a copy of everything: the primary takes it out of the set first. */
export const mustReinit = (situation: Situation) =>
  dueReinit(situation) !== null &&
  !isPublishedPrimary(situation) &&
  !(situation.record?.members ?? []).some(({ host }) => host === situation.host);

function isReinitDone({ memory, postgres }: Situation, id: string): boolean {
  const { reinit } = memory.durable;
  return reinit?.id === id && postgres.data.state === 'whole' && reinit.incarnation !== postgres.data.incarnation;
}

/** A request that nothing will come of any more, or everything came of already; for the one who can tell. */
export function finishedRequest(situation: Situation): string | null {
  const { view, memory, now, timings } = situation;
  const isDue = ({ id }: Request) => {
    const last = memory.withdrawn[id];
    return last === undefined || elapsedForHolder(last, now) >= timings.ttlMs;
  };
  return view.requests.find((request) => isFinished(situation, request) && isDue(request))?.id ?? null;
}

export const hasFinishedRequest = (situation: Situation) => finishedRequest(situation) !== null;

function isFinished(situation: Situation, request: Request): boolean {
  const { record, leads, host } = situation;
  if (request.kind === 'reinit') return request.host === host && isReinitDone(situation, request.id);
  if (!leads || record === null) return false;
  switch (request.kind) {
    case 'pause':
      return record.pause?.id === request.id;
    case 'resume':
      return record.pause === null;
    case 'switchover':
      return !isInForce(situation, request);
    case 'failover':
      return request.epoch !== record.epoch;
    case 'maintenance':
      return false;
  }
}
