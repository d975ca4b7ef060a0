/** What is done with this host's PostgreSQL, one operation at a time. */
import { isFormerListInForce, nextNames } from '../list-change.ts';
import { not } from '../predicates.ts';
import { dueReinit, hasSuccessor, isSwitching, isTargetNear, leaving, mustReinit, successor } from '../requests.ts';
import {
  hasKeptPlaceholder,
  hasPromotedInEpoch,
  hasWholeData,
  isCheckpointing,
  isDiskWritable,
  isEligible,
  isFenceArmedForEpoch,
  isGateShut,
  isInRecovery,
  isOpen,
  isPromoting,
  isStopped,
  lacksSlots,
  mayGuardStrike,
  needsCheckpoint,
} from '../server-standing.ts';
import type { Situation } from '../situation.ts';
import { hasOfferUnderWay, hasOpenWrite, hasUnresolved, isAdmitted, isFounder, isPublished, leads } from '../standing.ts';
import {
  areNamesRecorded,
  arePlaceholderNames,
  extendedNames,
  hasNextMember,
  isAdding,
  isCanaryHeldForAll,
  isListLost,
  nextMember,
} from '../sync-set.ts';
import { nothing, type Step } from '../writes.ts';
import { isLeftToItself } from './hand-over.ts';
import {
  followPrimary,
  hasPublishedPrimaryElsewhere,
  isFollowingPrimary,
  isPrimaryAtHand,
  isPrimaryReadyForRewind,
  isStreamingFromPrimary,
  mayFollowPrimary,
  needsCopy,
  needsRewind,
  rebuild,
  rewind,
  startStandby,
  stopFast,
} from './rejoin.ts';
import type { Rule } from './rule.ts';

/** The open and published server of this epoch. */
const serving = [leads, isOpen, isPublished];

const mayPromote = [isEligible, hasKeptPlaceholder, isDiskWritable, isFenceArmedForEpoch];

const rejoining = [not(leads), hasPublishedPrimaryElsewhere];

/** Data that a claim under way speaks of are not replaced: it would be confirmed for what is there no more (R4). */
const replacing = [...rejoining, not(hasOpenWrite)];

export const postgresRules: readonly Rule[] = [
  { id: 'R12.initdb', lane: 'postgres', when: [isFounder, isStopped, not(hasWholeData)], act: initdb },
  { id: 'R4.promote', lane: 'postgres', when: [leads, isInRecovery, not(hasPromotedInEpoch), ...mayPromote], act: promote },
  { id: 'R4.list-touched', lane: 'postgres', when: [isInRecovery, not(hasKeptPlaceholder), not(isPromoting)], act: stopFast },
  { id: 'R10.start-in-place', lane: 'postgres', when: [leads, isStopped, hasWholeData, isLeftToItself], act: startStandby },

  {
    id: 'R7.names',
    lane: 'postgres',
    when: [...serving, not(isAdding), not(areNamesRecorded), not(hasUnresolved), not(isListLost), not(isFormerListInForce)],
    act: enforceRecord,
  },
  { id: 'R4.admit', lane: 'postgres', when: [...serving, isAdmitted, isGateShut], act: openGate },
  {
    id: 'R6.list',
    lane: 'postgres',
    when: [...serving, isAdding, arePlaceholderNames, isCanaryHeldForAll, not(isCheckpointing)],
    act: enforceAddition,
  },
  { id: 'R10.switchover', lane: 'postgres', when: [...serving, hasSuccessor, not(isSwitching), not(isAdding)], act: beginSwitchover },
  { id: 'R10.switchover-stop', lane: 'postgres', when: [...serving, isSwitching, isTargetNear], act: stopFast },
  { id: 'R4.slots', lane: 'postgres', when: [...serving, isAdmitted, lacksSlots], act: ensureSlots },
  // Waiters are woken by the checkpointer: no checkpoint is started while the list is changing (R7).
  {
    id: 'R4.checkpoint',
    lane: 'postgres',
    when: [...serving, isAdmitted, not(isAdding), areNamesRecorded, needsCheckpoint],
    act: checkpoint,
  },
  {
    id: 'R6.hold',
    lane: 'postgres',
    when: [...serving, isAdmitted, not(isAdding), areNamesRecorded, not(isCheckpointing), not(hasUnresolved), hasNextMember],
    act: hold,
  },

  { id: 'R14.stop-to-rebuild', lane: 'postgres', when: [...replacing, isInRecovery, mustReinit, isPrimaryAtHand], act: stopFast },
  { id: 'R14.rebuild', lane: 'postgres', when: [...replacing, isStopped, mustReinit, isPrimaryAtHand], act: rebuildAsAsked },
  { id: 'R8.copy', lane: 'postgres', when: [...replacing, isStopped, needsCopy, isPrimaryAtHand], act: rebuild },
  { id: 'R8.stop-to-copy', lane: 'postgres', when: [...replacing, isInRecovery, needsCopy, isPrimaryAtHand], act: stopFast },
  { id: 'R8.rewind', lane: 'postgres', when: [...replacing, isStopped, needsRewind, isPrimaryReadyForRewind], act: rewind },
  { id: 'R8.stop-to-rewind', lane: 'postgres', when: [...replacing, isInRecovery, needsRewind, isPrimaryReadyForRewind], act: stopFast },
  { id: 'R8.follow', lane: 'postgres', when: [...rejoining, isInRecovery, mayFollowPrimary, not(isFollowingPrimary)], act: followPrimary },
  { id: 'R8.serve-reads', lane: 'postgres', when: [...rejoining, isInRecovery, isStreamingFromPrimary, isGateShut], act: openGate },
  {
    id: 'R8.start',
    lane: 'postgres',
    when: [not(leads), isStopped, hasWholeData, not(hasOfferUnderWay), not(mayGuardStrike)],
    act: startStandby,
  },
];

function initdb(): Step {
  return { intents: [{ kind: 'initdb' }] };
}

/** Asked once per epoch and server: what it makes is named by the epoch and by this process. */
function promote({ record, view, postgres }: Situation): Step {
  if (record === null) return nothing;
  const { epoch } = record;
  const promotionId = `${epoch}.${view.self.instance}`;
  return {
    intents: [{ kind: 'promote', promotionId, epoch, forced: record.forced }],
    memory: { promotion: { epoch, postmaster: postgres.postmaster } },
  };
}

function enforceRecord(situation: Situation): Step {
  return { intents: [{ kind: 'set-sync-names', names: nextNames(situation) }] };
}

function enforceAddition(situation: Situation): Step {
  return { intents: [{ kind: 'set-sync-names', names: extendedNames(situation) }] };
}

/**
 * The first step of an addition: every commit waits from here on, so that the canary which is committed next tells when
 * that has come into force. A canary that waits already tells the same: it still waits once nobody is named any more.
 */
function hold(situation: Situation): Step {
  const server = nextMember(situation);
  if (server === null) return nothing;
  const { canary } = situation.postgres;
  const canaryId = canary?.state === 'waiting' ? canary.id : null;
  return { intents: [{ kind: 'set-sync-names', names: 'placeholder' }], memory: { adding: { server, since: situation.now, canaryId } } };
}

/** A short last checkpoint makes a short stop. */
function beginSwitchover(situation: Situation): Step {
  const { record, now } = situation;
  const [asked, target] = [leaving(situation), successor(situation)];
  if (asked === null || target === null || record === null) return nothing;
  return { intents: [{ kind: 'checkpoint' }], memory: { switching: { id: asked.id, epoch: record.epoch, target, since: now } } };
}

/** Remembered on disk first: asked for once, however often the process dies meanwhile. */
function rebuildAsAsked(situation: Situation): Step {
  const { memory, postgres } = situation;
  const asked = dueReinit(situation);
  if (asked === null) return nothing;
  const reinit = memory.durable.reinit?.id === asked.id ? memory.durable.reinit : { id: asked.id, incarnation: postgres.data.incarnation };
  return { ...rebuild(situation), memory: { durable: { ...memory.durable, reinit } } };
}

function openGate(): Step {
  return { intents: [{ kind: 'open-gate' }] };
}

function ensureSlots({ view, host }: Situation): Step {
  return { intents: [{ kind: 'ensure-slots', hosts: view.settings.hosts.filter((other) => other !== host) }] };
}

function checkpoint(): Step {
  return { intents: [{ kind: 'checkpoint' }] };
}
