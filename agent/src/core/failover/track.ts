/** What this process counts from its first sight of it. */
import { trackAilment } from './health.ts';
import type { HandOver, Memory, Sighting } from './memory.ts';
import { kinshipToPrimary } from './others.ts';
import { trackRejoin } from './rejoin-failures.ts';
import { leaving, trackSightings } from './requests.ts';
import { hasCanaryReturned, isOpen, isStopped } from './server-standing.ts';
import type { Situation } from './situation.ts';
import { isPublished } from './standing.ts';
import { areNamesRecorded, trackAdding, trackBehind } from './sync-set.ts';

/** The memory with its counts brought up to this view. */
export function track(situation: Situation): Memory {
  const { memory } = situation;
  return {
    ...memory,
    idleSince: idleSince(situation),
    unclearSince: unclearSince(situation),
    handOver: handOver(situation),
    admitted: admitted(situation),
    ...trackAdding(situation),
    ...trackSightings(situation),
    ...trackAilment(situation),
    switching: switching(situation),
    behind: trackBehind(situation),
    pause: pause(situation),
    judged: judged(situation),
    ...trackRejoin(situation),
  };
}

function idleSince(situation: Situation) {
  return !situation.leads || isServing(situation) ? null : (situation.memory.idleSince ?? situation.now);
}

function isServing(situation: Situation): boolean {
  return situation.leads && isOpen(situation) && isPublished(situation);
}

/**
 * Clients come in once the canary has returned: nobody reads a commit that could still be lost (R10). In protection the
 * published primary alone may be promoted, so it may be read while commits wait for a member. A process that adopted a
 * serving primary finds its role shown.
 */
function admitted(situation: Situation): number | null {
  const { memory, record, view } = situation;
  if (record === null || !isServing(situation)) return memory.admitted;
  const isReady = view.settings.mode === 'protection' || (areNamesRecorded(situation) && hasCanaryReturned(situation));
  return isReady || view.shown.role === 'primary' ? record.epoch : memory.admitted;
}

function unclearSince({ postgres, memory, now }: Situation) {
  const isUnclear = postgres.inRecovery === null && (postgres.process === 'running' || postgres.process === 'stopping');
  return isUnclear ? (memory.unclearSince ?? now) : null;
}

/** Begins when the published server of this epoch is seen dead, and ends with the epoch or when a server starts again. */
function handOver(situation: Situation): HandOver | null {
  const { memory, leads, record, now } = situation;
  const before = memory.handOver;
  if (before !== null && before.epoch === record?.epoch && isStopped(situation)) return before;
  return leads && record !== null && isPublished(situation) && isStopped(situation) ? { epoch: record.epoch, since: now } : null;
}

/** Ends with its request, or with the epoch: before the offer is sent a switchover may still be given up (R10). */
function switching(situation: Situation): Memory['switching'] {
  const { switching } = situation.memory;
  return switching !== null &&
    (leaving(situation)?.id === switching.id || !isOpen(situation)) &&
    situation.record?.epoch === switching.epoch
    ? switching
    : null;
}

function pause({ memory, record, now }: Situation): Sighting | null {
  if (!record?.pause) return null;
  return memory.pause?.id === record.pause.id ? memory.pause : { id: record.pause.id, since: now };
}

/** Told while the server runs and knows where its WAL ends; kept for when it is stopped to be rewound. */
function judged(situation: Situation): Memory['judged'] {
  const { memory, record, postgres } = situation;
  const { incarnation } = postgres.data;
  const promotionId = record?.lineage?.promotionId ?? null;
  if (incarnation === null || promotionId === null) return memory.judged;
  const kinship = kinshipToPrimary(situation);
  const { judged: before } = memory;
  const isKnown = before?.incarnation === incarnation && before.promotionId === promotionId && before.kinship === kinship;
  return kinship === 'unknown' || isKnown ? before : { incarnation, promotionId, kinship };
}
