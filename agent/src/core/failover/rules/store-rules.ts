/** What is written into the record, and when it is read. One write at a time; a row never acts while one is in flight. */
import { sameBranch } from '../lineage.ts';
import { not } from '../predicates.ts';
import type { Server } from '../record.ts';
import {
  forcedFailover,
  hasLeavingMembers,
  isForcedFailoverDue,
  isPauseOver,
  isPauseWanted,
  leavingMembers,
  wantedPause,
} from '../requests.ts';
import {
  hasKeptPlaceholder,
  hasPromotedInEpoch,
  hasWholeData,
  isCanaryWaiting,
  isCopyOfSystem,
  isDiskWritable,
  isEligible,
  isGuardReachable,
  isHealthy,
  isInRecovery,
  isOfThisEpoch,
  isOpen,
  isPromoting,
  isStopped,
  mayAcceptWrites,
} from '../server-standing.ts';
import type { Situation } from '../situation.ts';
import {
  hasExpired,
  hasSurrendered,
  hasUnresolved,
  isFounder,
  isLate,
  isNamedHolder,
  isOfferedToMe,
  isPaused,
  isPausedForMe,
  isPublished,
  isReadingDue,
  isRenewalDue,
  leads,
  mayAdopt,
  mayForce,
  mayTakeBack,
  mustYield,
  recordIsFree,
  recordIsKnown,
} from '../standing.ts';
import {
  areNamesExtended,
  goneMembers,
  isAdding,
  isAdditionProven,
  isCanaryOfAdditionBack,
  isListLost,
  mayRemoveGone,
  unenforcedMembers,
} from '../sync-set.ts';
import { claimed, freed, nothing, type Step, swap, withoutMembers } from '../writes.ts';
import { hasAnswerToHandOver, offer } from './hand-over.ts';
import type { Rule } from './rule.ts';

/** What has to hold in this instant for a claim, beside the record's part of it (R4); `able` even for a forced one. */
const able = [isInRecovery, hasKeptPlaceholder, isHealthy, isDiskWritable, isGuardReachable];

const fit = [...able, isEligible, not(isPausedForMe)];

export const storeRules: readonly Rule[] = [
  { id: 'R13.read', lane: 'store', when: [not(recordIsKnown), isReadingDue], act: read },
  { id: 'R12.found', lane: 'store', when: [isFounder, hasWholeData], act: found },
  { id: 'R3.adopt', lane: 'store', when: [recordIsKnown, mayAdopt], act: adopt },

  { id: 'R10.offer', lane: 'store', when: [isNamedHolder, isStopped, isPublished, not(isPaused), hasAnswerToHandOver], act: offer },
  { id: 'R5.free', lane: 'store', when: [isNamedHolder, hasSurrendered, not(mayAcceptWrites), not(isPromoting)], act: free },
  { id: 'R4.free', lane: 'store', when: [leads, not(isOpen), not(isPromoting), isLate], act: free },
  // Until a later write of one's own is confirmed, the earlier one may land at any time: nothing else is written (R2).
  { id: 'R2.settle', lane: 'store', when: [leads, hasUnresolved], act: renew },
  { id: 'R3.prove', lane: 'store', when: [isNamedHolder, not(leads), not(hasSurrendered), not(mayAcceptWrites)], act: renew },

  { id: 'R4.publish', lane: 'store', when: [leads, isOpen, isOfThisEpoch, not(isPublished), isCanaryWaiting], act: publish },
  { id: 'R7.list-lost', lane: 'store', when: [leads, isOpen, isPublished, isListLost], act: removeUnenforced },
  {
    id: 'R6.add',
    lane: 'store',
    when: [leads, isOpen, isPublished, isAdding, areNamesExtended, isCanaryOfAdditionBack, isAdditionProven],
    act: addMember,
  },
  { id: 'R7.remove', lane: 'store', when: [leads, isOpen, isPublished, mayRemoveGone], act: removeGone },
  { id: 'R14.remove', lane: 'store', when: [leads, isOpen, isPublished, not(isAdding), hasLeavingMembers], act: removeLeaving },
  { id: 'R14.pause', lane: 'store', when: [leads, isOpen, isPublished, isPauseWanted], act: pause },
  { id: 'R14.resume', lane: 'store', when: [leads, isPauseOver], act: resume },
  { id: 'R10.new-epoch', lane: 'store', when: [leads, hasPromotedInEpoch, not(isPromoting), ...fit], act: claim },
  { id: 'R1.renew', lane: 'store', when: [leads, isRenewalDue], act: renew },

  { id: 'R10.accept', lane: 'store', when: [not(leads), isOfferedToMe, ...fit], act: claim },
  { id: 'R4.claim-free', lane: 'store', when: [recordIsFree, not(mustYield), ...fit], act: claim },
  { id: 'R4.claim-expired', lane: 'store', when: [not(leads), hasExpired, ...fit], act: claim },
  { id: 'R14.failover', lane: 'store', when: [not(leads), isForcedFailoverDue, mayForce, isCopyOfSystem, ...able], act: force },
  { id: 'R10.take-back', lane: 'store', when: [mayTakeBack, ...fit], act: claim },
  { id: 'R13.poll', lane: 'store', when: [not(leads), isReadingDue], act: read },
];

function read(): Step {
  return { intents: [{ kind: 'read-state' }] };
}

/** The founder's new database becomes the cluster's (R12). */
function found(situation: Situation): Step {
  const { systemId, incarnation } = situation.postgres.data;
  if (systemId === null || incarnation === null) return nothing;
  return swap(situation, 'found', { systemId, primary: { host: situation.host, incarnation } });
}

/** A switchover that came to nothing counts as carried out: it is not tried again by itself. */
function claim(situation: Situation): Step {
  const { record, memory } = situation;
  if (record === null) return nothing;
  return swap(situation, 'claim', { ...claimed(situation, record), requestId: memory.switching?.id ?? record.requestId });
}

/** The running primary goes on under a new process: only `instance` changes (R3). */
function adopt(situation: Situation): Step {
  const { host, instance } = situation.view.self;
  return swap(situation, 'adopt', { holder: { host, instance } });
}

function renew(situation: Situation): Step {
  return swap(situation, 'renew', {});
}

/** Nothing of the old epoch's right is left once this is sent, whatever becomes of it. */
function free(situation: Situation): Step {
  const step = swap(situation, 'free', freed);
  return { ...step, memory: { ...step.memory, right: null, surrendered: situation.record?.epoch ?? null } };
}

/**
 * Until here nothing was acknowledged in this epoch, so the old primary and every member are still eligible. From here
 * on only this server is: it may acknowledge alone (R4).
 */
function publish(situation: Situation): Step {
  const { record, own, postgres, host } = situation;
  const lineage = postgres.data.history.at(-1);
  if (record === null || own === null || !lineage?.promotionId || postgres.canary?.lsn == null) return nothing;
  const primary = { host, incarnation: own.incarnation };
  return swap(situation, 'publish', { primary, members: [], lineage, publishedEpoch: record.epoch, syncedLsn: postgres.canary.lsn });
}

/** The new member holds everything before its canary, which is where its copy of the acknowledged commits begins to count. */
function addMember(situation: Situation): Step {
  const { record, memory, postgres } = situation;
  if (record === null || memory.adding === null || postgres.canary?.lsn == null) return nothing;
  return swap(situation, 'add-member', { members: [...record.members, memory.adding.server], syncedLsn: postgres.canary.lsn });
}

function removeGone(situation: Situation): Step {
  return remove(situation, goneMembers(situation));
}

/** Commits may have been acknowledged without them already: they must not be promoted. */
function removeUnenforced(situation: Situation): Step {
  return remove(situation, unenforcedMembers(situation));
}

function remove(situation: Situation, servers: readonly Server[]): Step {
  return situation.record === null ? nothing : swap(situation, 'remove-member', withoutMembers(situation.record, servers));
}

function removeLeaving(situation: Situation): Step {
  return remove(situation, leavingMembers(situation));
}

function pause(situation: Situation): Step {
  const asked = wantedPause(situation);
  return asked === null ? nothing : swap(situation, 'pause', { pause: { id: asked.id, durationMs: asked.durationMs } });
}

function resume(situation: Situation): Step {
  return swap(situation, 'resume', { pause: null });
}

/**
 * The operator's decision to go on from this copy: from the claim on it alone counts, whatever the others hold. Their
 * data are kept, because the timeline that follows is marked (R14).
 */
function force(situation: Situation): Step {
  const { record, own, host } = situation;
  const asked = forcedFailover(situation);
  if (record === null || own === null || own.flushLsn === null || asked === null) return nothing;
  const primary = { host, incarnation: own.incarnation };
  const last = own.history.at(-1);
  // A timeline that nothing proves cannot be asked for by name.
  const lineage = last !== undefined && sameBranch(last, last) ? last : null;
  const alone = { primary, members: [], lineage, syncedLsn: own.flushLsn };
  return swap(situation, 'claim', { ...claimed(situation, record), ...alone, forced: true, requestId: asked.id });
}
