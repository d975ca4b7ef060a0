/** What this host's PostgreSQL is. */

import type { Intent } from './intent.ts';
import { guardDeadline } from './lease-deadline.ts';
import { elapsedForCandidate, elapsedForHolder } from './moment.ts';
import type { Situation } from './situation.ts';

export const isStopped = ({ postgres }: Situation) => postgres.process === 'none';

export const isInRecovery = ({ postgres }: Situation) => postgres.process === 'running' && postgres.inRecovery === true;

/** It runs out of recovery, as far as anybody can tell. */
export const isOpen = ({ postgres }: Situation) => postgres.process === 'running' && postgres.inRecovery === false;

/**
 * It may be able to accept a write: it is out of recovery, or has not said what it is for the time of a renewal. One that
 * was just found, or starts as this agent told it, gets that long to answer.
 */
export const mayAcceptWrites = (situation: Situation) => {
  const { postgres, memory, now, timings } = situation;
  if (postgres.process === 'none' || postgres.inRecovery === true) return false;
  if (postgres.inRecovery === false) return true;
  return memory.unclearSince !== null && elapsedForHolder(memory.unclearSince, now) >= timings.renewMs;
};

/** The postmaster has ended and left processes behind that nobody asked to stop: they finish statements (R10). */
export const hasOrphans = (situation: Situation) => situation.postgres.process === 'stopping' && !isDoing(situation, 'stop');

/** The promotion that this process asked for has not ended: its first row may not be written yet. */
export const isPromoteUnderWay = (situation: Situation) => isDoing(situation, 'promote');

/** This server was asked to leave recovery and may do so at any moment. */
export const isPromoting = ({ memory, postgres, view }: Situation) => {
  const { promotion } = memory;
  const { last } = view.lanes.postgres;
  if (promotion === null || promotion.postmaster?.pid !== postgres.postmaster?.pid) return false;
  const hasFailed = last?.kind === 'promote' && last.failure !== null;
  return postgres.process === 'running' && postgres.inRecovery !== false && !hasFailed;
};

/** The server was promoted in this very epoch, by this protocol: its first row says so. */
export const isOfThisEpoch = ({ postgres, record }: Situation) => record !== null && postgres.data.epoch === record.epoch;

/** A promotion was asked for, or done, in this epoch already: the next one needs a new epoch (R10). */
export const hasPromotedInEpoch = ({ memory, postgres, record }: Situation) =>
  record !== null && (memory.promotion?.epoch === record.epoch || postgres.data.epoch >= record.epoch);

/** Every commit has waited since the server started: a list set by a reload could be adopted late (R4, R6). */
export const hasKeptPlaceholder = ({ postgres }: Situation) => postgres.sync.names === 'placeholder' && postgres.sync.placeholderSinceStart;

/** Whether this data may be promoted by the record: `ownFault` says why not. */
export const isEligible = ({ ownFault }: Situation) => ownFault === null;

/** Whole data of the cluster's own database, whatever they lack. */
export const isCopyOfSystem = ({ own, record }: Situation) => own?.whole === true && own.systemId === record?.systemId;

/** The last probe found nothing wrong. */
export const isHealthy = ({ postgres }: Situation) => postgres.probe?.cause == null;

export const isDiskWritable = ({ postgres }: Situation) => postgres.diskWritable;

export const isGuardReachable = ({ view }: Situation) => view.fence.reachable;

/** netvis-guard holds the deadline of exactly this right. */
export const isArmed = ({ view, memory, timings }: Situation) => {
  const { armed } = view.fence;
  if (armed === null || memory.right === null || armed.epoch !== memory.right.epoch) return false;
  const due = guardDeadline(memory.right, timings);
  return armed.deadline.monotonicMs === due.monotonicMs && armed.deadline.boottimeMs === due.boottimeMs;
};

/** netvis-guard holds a deadline of this epoch that lies ahead: if nothing renews it, PostgreSQL dies in time (R4, R5). */
export const isFenceArmedForEpoch = ({ view, memory, now }: Situation) => {
  const { armed } = view.fence;
  if (armed === null || armed.epoch !== memory.right?.epoch) return false;
  return armed.deadline.monotonicMs > now.monotonicMs && armed.deadline.boottimeMs > now.boottimeMs;
};

export const hasArmedGuard = ({ view }: Situation) => view.fence.armed !== null;

/**
 * netvis-guard holds a deadline and has not said that it let go: what starts now would die with it. A deadline that has
 * passed long ago has struck, or nobody is there to strike.
 */
export const mayGuardStrike = ({ view, now, timings }: Situation) =>
  view.fence.armed !== null && elapsedForCandidate(view.fence.armed.deadline, now) < timings.renewMs;

export const hasWholeData = ({ postgres }: Situation) => postgres.data.state === 'whole';

export const isCanaryWaiting = ({ postgres }: Situation) => postgres.canary?.state === 'waiting';

/** There is no row of the agent's own under way, or somebody cancelled its wait. */
export const lacksCanary = ({ postgres }: Situation) => postgres.canary === null || postgres.canary.warned;

/** Released by a standby or by the empty list, not by a cancel. */
export const hasCanaryReturned = ({ postgres }: Situation) => postgres.canary?.state === 'returned' && !postgres.canary.warned;

export const isGateShut = ({ postgres }: Situation) => postgres.gate === 'shut';

export const isCheckpointing = ({ postgres }: Situation) => postgres.checkpoint.running;

export const lacksSlots = ({ postgres, view, host }: Situation) =>
  view.settings.hosts.some((other) => other !== host && !postgres.slots.includes(other));

/**
 * The control file's checkpoint is of an older timeline: a rewind towards this server would find nothing to do (R8). One
 * that takes its time, as after every promotion, is hurried by the agent's.
 */
export const needsCheckpoint = ({ postgres }: Situation) =>
  !postgres.checkpoint.running && postgres.checkpoint.timeline !== postgres.data.history.at(-1)?.timeline;

function isDoing({ view }: Situation, kind: Intent['kind']): boolean {
  return view.lanes.postgres.busy?.kind === kind;
}
