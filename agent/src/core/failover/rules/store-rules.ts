/** What is written into the record, and when it is read. One write at a time; a row never acts while one is in flight. */
import { not } from '../predicates.ts';
import type { Server } from '../record.ts';
import {
  hasKeptPlaceholder,
  hasPromotedInEpoch,
  hasWholeData,
  isCanaryWaiting,
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

/** What has to hold in this instant for a claim, beside the record's part of it (R4). */
const fit = [isInRecovery, isEligible, hasKeptPlaceholder, isHealthy, isDiskWritable, isGuardReachable, not(isPausedForMe)];

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
  { id: 'R10.new-epoch', lane: 'store', when: [leads, hasPromotedInEpoch, not(isPromoting), ...fit], act: claim },
  { id: 'R1.renew', lane: 'store', when: [leads, isRenewalDue], act: renew },

  { id: 'R10.accept', lane: 'store', when: [not(leads), isOfferedToMe, ...fit], act: claim },
  { id: 'R4.claim-free', lane: 'store', when: [recordIsFree, not(mustYield), ...fit], act: claim },
  { id: 'R4.claim-expired', lane: 'store', when: [not(leads), hasExpired, ...fit], act: claim },
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

function claim(situation: Situation): Step {
  const { record } = situation;
  return record === null ? nothing : swap(situation, 'claim', claimed(situation, record));
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
