/** What this node is by the record and by its right. */
import { hasWatched } from './lease-deadline.ts';
import { elapsedForCandidate, elapsedForHolder } from './moment.ts';
import type { Situation } from './situation.ts';

export const leads = ({ leads }: Situation) => leads;

export const recordIsKnown = ({ record }: Situation) => record !== null;

/** The record waits for its first database, and this host is the one that has to make it (R12). */
export const isFounder = ({ record, host, memory, postgres }: Situation) =>
  record !== null &&
  record.systemId === null &&
  record.primary.host === host &&
  // A disk or a database that has seen an epoch belongs to a cluster that exists: it founds nothing.
  memory.durable.highestEpoch === 0 &&
  postgres.data.epoch === 0 &&
  postgres.data.history.length <= 1;

/** The lease has been without a server that serves for a full ttl. */
export const isLate = ({ memory, now, timings }: Situation) =>
  memory.idleSince !== null && elapsedForHolder(memory.idleSince, now) > timings.ttlMs;

/** The record names this very process as holder, whether or not its right is proved or still lasts. */
export const isNamedHolder = ({ record, view }: Situation) =>
  record !== null && record.phase === 'held' && record.holder?.host === view.self.host && record.holder.instance === view.self.instance;

/** This process gave up the epoch that the record shows: by a fence, an offer or a release. */
export const hasSurrendered = ({ memory, record }: Situation) => record !== null && memory.surrendered === record.epoch;

export const recordIsFree = ({ record }: Situation) => record?.phase === 'free';

export const isOfferedToMe = ({ record, host }: Situation) => record?.phase === 'offered' && record.holder?.host === host;

/** Held or offered, and nobody has changed it for a full ttl of its own: whoever had a right has none any more (R3). */
export const hasExpired = ({ record, memory, now }: Situation) =>
  record !== null && record.phase !== 'free' && memory.watch !== null && hasWatched(memory.watch, now, record.ttlMs);

/** Whoever had a right has none any more: a forced failover waits for that like any other claim. */
export const mayForce = (situation: Situation) => recordIsFree(situation) || hasExpired(situation);

/** The giver may take its own offer back earlier than others may claim it (R10). */
export const mayTakeBack = (situation: Situation) => {
  const { record, memory, now, timings } = situation;
  return (
    record?.phase === 'offered' && hasSurrendered(situation) && memory.watch !== null && hasWatched(memory.watch, now, timings.renewMs)
  );
};

/**
 * Who freed the record because its own server did not work lets the others go first for one ttl, unless there are none.
 */
export const mustYield = (situation: Situation) => {
  const { record, memory, now, host } = situation;
  if (record === null || !hasSurrendered(situation) || memory.watch === null) return false;
  const hasOthers = [record.primary, ...record.members].some((server) => server.host !== host);
  return hasOthers && !hasWatched(memory.watch, now, record.ttlMs);
};

/** A pause forbids claims by any node but the published primary, hand-over and switchover (R14). */
export const isPaused = ({ record, memory, now }: Situation) =>
  record?.pause != null && memory.pause?.id === record.pause.id && elapsedForCandidate(memory.pause.since, now) < record.pause.durationMs;

export const isPublishedPrimary = ({ record, own, host }: Situation) =>
  record !== null && own !== null && record.primary.host === host && record.primary.incarnation === own.incarnation;

export const isPausedForMe = (situation: Situation) => isPaused(situation) && !isPublishedPrimary(situation);

/** What this epoch promoted stands in the record. */
export const isPublished = ({ record }: Situation) => record !== null && record.publishedEpoch === record.epoch;

/** Writes without a known outcome that nothing but a later confirmed write may follow (R2). */
export const hasUnresolved = ({ memory }: Situation) => memory.unresolved !== null;

/** A write of this process is under way or without a known outcome: a claim may land yet, for the data as they are (R4). */
export const hasOpenWrite = ({ memory }: Situation) => memory.attempt !== null || memory.unresolved !== null;

/** An offer of this process may have landed or may yet: until that is known its server stays down (R2). */
export const hasOfferUnderWay = ({ memory }: Situation) =>
  memory.attempt?.purpose === 'offer' || (memory.unresolved?.purposes.includes('offer') ?? false);

/** Clients were let in in this epoch. */
export const isAdmitted = ({ memory, record }: Situation) => record !== null && memory.admitted === record.epoch;

export const isRenewalDue = ({ memory, now, timings }: Situation) =>
  memory.right !== null && elapsedForHolder(memory.right.sentAt, now) >= timings.renewMs;

/** The last reply is older than a renewal, or there is none. */
export const isReadingDue = ({ view, now, timings }: Situation) =>
  view.store.read === null || elapsedForCandidate(view.store.read.at, now) >= timings.renewMs;

/**
 * A new process may go on with a primary that it finds running: the lease file is of this boot, of this very postmaster
 * and not over, and the record still shows this host as the holder of that epoch, by another process (R3).
 */
export const mayAdopt = ({ view, record, memory, now, timings }: Situation) => {
  const { leaseFile, self, postgres } = view;
  if (leaseFile === null || memory.right !== null || memory.surrendered !== null) return false;
  const isOfThisServer =
    leaseFile.bootId === self.bootId &&
    leaseFile.postmaster.pid === postgres.postmaster?.pid &&
    leaseFile.postmaster.startTime === postgres.postmaster.startTime;
  // The agent's own limit lies this much before the guard's, which is the one in the file.
  const limit = elapsedForHolder(leaseFile.deadline, now) + timings.guardKillMs - timings.agentStopMs;
  return (
    isOfThisServer &&
    limit < 0 &&
    (record === null || isHeldByFormerProcess(record, { host: self.host, instance: self.instance, epoch: leaseFile.epoch }))
  );
};

type Self = { readonly host: string; readonly instance: string; readonly epoch: number };

function isHeldByFormerProcess({ phase, holder, epoch }: NonNullable<Situation['record']>, self: Self): boolean {
  return phase === 'held' && holder?.host === self.host && holder.instance !== self.instance && epoch === self.epoch;
}
