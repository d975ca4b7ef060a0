/**
 * Who has to acknowledge: the members in the record and the names that PostgreSQL runs with (R6, R7). The record never
 * lists a server that PostgreSQL does not wait for: names come first when a member is added, the record first when one goes.
 */
import { sameBranch } from './lineage.ts';
import type { Adding, Behind, Memory } from './memory.ts';
import { after, elapsedForHolder, type Moment } from './moment.ts';
import type { Walsender } from './postgres-view.ts';
import type { Server, StateRecord } from './record.ts';
import type { Situation } from './situation.ts';

export type Names = 'placeholder' | readonly string[];

/** A candidate must be so near that the canary returns within a blink: one WAL segment. */
const segmentBytes = 16 * 1024 * 1024;

/** A server that could not be added is left alone for so many times the time during which commits waited for it. */
const restFactor = 10;

/** The names that the record as it stands asks for. Nobody is never enforced in protection: there commits wait (R7). */
export function recordedNames({ record, view }: Situation): Names {
  const members = record?.members ?? [];
  if (members.length > 0) return members.map(({ incarnation }) => incarnation);
  return view.settings.mode === 'availability' ? [] : 'placeholder';
}

/** The names while a server is being added: everybody who counts by the record, and the new one. */
export function extendedNames({ record, memory }: Situation): readonly string[] {
  const members = [...(record?.members ?? []), ...(memory.adding ? [memory.adding.server] : [])];
  return members.map(({ incarnation }) => incarnation);
}

export function sameNames(one: Names, other: Names): boolean {
  if (one === 'placeholder' || other === 'placeholder') return one === other;
  return one.length === other.length && one.every((name) => other.includes(name));
}

export const areNamesRecorded = (situation: Situation) => sameNames(situation.postgres.sync.names, recordedNames(situation));

export const areNamesExtended = (situation: Situation) => sameNames(situation.postgres.sync.names, extendedNames(situation));

export const arePlaceholderNames = ({ postgres }: Situation) => postgres.sync.names === 'placeholder';

/** Members by the record for whom PostgreSQL does not wait: somebody changed the list by hand. */
export function unenforcedMembers({ record, postgres }: Situation): readonly Server[] {
  const { names } = postgres.sync;
  if (record === null || names === 'placeholder') return [];
  return record.members.filter(({ incarnation }) => !names.includes(incarnation));
}

export const isListLost = (situation: Situation) => unenforcedMembers(situation).length > 0;

export const isAdding = ({ memory }: Situation) => memory.adding !== null;

/**
 * The canary of this addition waits, everybody who is or will be named has flushed it, and every walsender has taken over
 * the placeholder: no old list can release a commit now, not even one that names a server which has left the set.
 */
export const isCanaryHeldForAll = (situation: Situation) => {
  const { postgres, memory } = situation;
  const { canary } = postgres;
  if (canary === null || canary.id !== memory.adding?.canaryId || canary.state !== 'waiting' || canary.lsn === null) return false;
  if (postgres.walsenders.some(({ listed }) => listed)) return false;
  const { lsn } = canary;
  return extendedNames(situation).every((name) =>
    postgres.walsenders.some(({ incarnation, flushLsn }) => incarnation === name && flushLsn >= lsn),
  );
};

/** The canary of this addition was released, so by the new server too: it has everything before it. */
export const isCanaryOfAdditionBack = ({ postgres, memory }: Situation) =>
  postgres.canary?.id === memory.adding?.canaryId && postgres.canary?.state === 'returned' && !postgres.canary.warned;

/** The canary's row was read on the new server, in its incarnation and on the published lineage. */
export const isAdditionProven = ({ memory, view, record }: Situation) => {
  const { adding } = memory;
  const server = adding === null ? null : view.peers[adding.server.host]?.server;
  const last = server?.history.at(-1);
  if (!adding?.canaryId || !server || !last || !record?.lineage) return false;
  return server.canaryId === adding.canaryId && server.incarnation === adding.server.incarnation && sameBranch(last, record.lineage);
};

/** The streaming server to be added next, if one is wanted and may be. */
export function nextMember(situation: Situation): Server | null {
  const { record, view } = situation;
  if (record === null) return null;
  const staying = record.members.filter(({ host }) => !isInMaintenance(situation, host));
  if (staying.length >= view.settings.wantedMembers) return null;
  const found = situation.postgres.walsenders.find((walsender) => mayJoin(situation, record, walsender));
  return found === undefined ? null : { host: found.host, incarnation: found.incarnation };
}

export const hasNextMember = (situation: Situation) => nextMember(situation) !== null;

function mayJoin(situation: Situation, record: StateRecord, walsender: Walsender): boolean {
  const { view, postgres, memory, now } = situation;
  const { host, incarnation, streaming, flushLsn } = walsender;
  const rest = memory.resting[incarnation];
  const isRested = rest === undefined || now.monotonicMs >= rest.monotonicMs;
  const isNear = streaming && (postgres.flushLsn ?? 0) - flushLsn < segmentBytes;
  const isNew = view.settings.hosts.includes(host) && !record.members.some((member) => member.host === host);
  return isRested && isNear && isNew && !isInMaintenance(situation, host) && isOnLineage(situation, { host, incarnation });
}

/** As its own agent says. */
function isOnLineage({ view, record }: Situation, { host, incarnation }: Server): boolean {
  const server = view.peers[host]?.server;
  const last = server?.history.at(-1);
  return (
    server?.incarnation === incarnation && server.whole && last !== undefined && record?.lineage != null && sameBranch(last, record.lineage)
  );
}

/** It shall not be a member: an operator works on it, or has it rebuilt. */
export function isInMaintenance({ view }: Situation, host: string): boolean {
  return view.requests.some((request) => (request.kind === 'maintenance' || request.kind === 'reinit') && request.host === host);
}

/** The members that have not kept up for `standby gone` (R7). */
export function goneMembers({ record, memory, now, timings }: Situation): readonly Server[] {
  return (record?.members ?? []).filter(({ incarnation }) => {
    const behind = memory.behind[incarnation];
    return behind !== undefined && elapsedForHolder(behind.since, now) >= timings.standbyGoneMs;
  });
}

/**
 * Availability goes on alone. Protection lets commits wait, unless another member acknowledges them or another server is
 * ready to be added: between the two nobody but the primary may be promoted, and nothing is acknowledged (R7).
 */
export const mayRemoveGone = (situation: Situation) => {
  const { record, view } = situation;
  const gone = goneMembers(situation);
  if (record === null || gone.length === 0) return false;
  if (view.settings.mode === 'availability' || gone.length < record.members.length) return true;
  return situation.postgres.walsenders.some((walsender) => mayJoin(situation, record, walsender));
};

/** Since when each member lacks a commit that waits for it. One that is merely busy reaches the commit it lacked. */
export function trackBehind({ record, postgres, memory, now }: Situation): Memory['behind'] {
  const entries = (record?.members ?? []).flatMap(({ incarnation }): [string, Behind][] => {
    const walsender = postgres.walsenders.find((other) => other.incarnation === incarnation);
    const behind = stillBehind(memory.behind[incarnation], walsender) ?? newlyBehind(walsender, postgres.oldestWaitingLsn, now);
    return behind === null ? [] : [[incarnation, behind]];
  });
  return Object.fromEntries(entries);
}

/** A disconnected member lacks everything: it is behind until it is back. */
function stillBehind(before: Behind | undefined, walsender: Walsender | undefined): Behind | null {
  if (before === undefined) return null;
  if (walsender === undefined) return before;
  return before.lsn !== null && walsender.flushLsn < before.lsn ? before : null;
}

function newlyBehind(walsender: Walsender | undefined, oldestWaitingLsn: number | null, now: Moment): Behind | null {
  if (walsender === undefined) return { since: now, lsn: null };
  return oldestWaitingLsn !== null && walsender.flushLsn < oldestWaitingLsn ? { since: now, lsn: oldestWaitingLsn } : null;
}

/** Ends an addition that is done, came too late, or lost its server, unless its write is still under way (R2, R6). */
export function trackAdding(situation: Situation): Pick<Memory, 'adding' | 'resting'> {
  const { memory, leads, now, timings } = situation;
  const { adding, resting } = memory;
  if (adding === null || isAdditionWritten(situation)) return { adding, resting };
  if (!leads || isMember(situation, adding)) return { adding: null, resting };
  if (elapsedForHolder(adding.since, now) < timings.standbyGoneMs && isConnected(situation, adding)) return { adding, resting };
  return { adding: null, resting: { ...resting, [adding.server.incarnation]: after(now, restMs(situation)) } };
}

/** In protection commits wait anyway: trying again costs nothing. */
function restMs({ view, timings }: Situation): number {
  return view.settings.mode === 'protection' ? timings.renewMs : restFactor * timings.standbyGoneMs;
}

function isAdditionWritten({ memory }: Situation): boolean {
  return memory.attempt?.purpose === 'add-member' || (memory.unresolved?.purposes.includes('add-member') ?? false);
}

function isMember({ record }: Situation, { server }: Adding): boolean {
  return record?.members.some(({ incarnation }) => incarnation === server.incarnation) ?? false;
}

function isConnected({ postgres }: Situation, { server }: Adding): boolean {
  return postgres.walsenders.some(({ incarnation }) => incarnation === server.incarnation);
}
