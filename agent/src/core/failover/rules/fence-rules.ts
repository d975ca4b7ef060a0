/**
 * Who may not accept writes is killed before anything else is done (R5), and who leads keeps netvis-guard's deadline.
 * A row of the lane `fence` that acts ends the decision: nothing is written or started while the server may still live.
 */

import { isCurable, isDead, isHeldDown, isWorthKilling } from '../health.ts';
import { guardDeadline } from '../lease-deadline.ts';
import { canAnotherTakeOver } from '../others.ts';
import { not } from '../predicates.ts';
import {
  hasArmedGuard,
  hasOrphans,
  isArmed,
  isGuardReachable,
  isInRecovery,
  isOfThisEpoch,
  isOpen,
  isPromoteUnderWay,
  isPromoting,
  isStopped,
  mayAcceptWrites,
} from '../server-standing.ts';
import type { Situation } from '../situation.ts';
import { isLate, isPublished, leads, mayAdopt } from '../standing.ts';
import { nothing, type Step } from '../writes.ts';
import type { Rule } from './rule.ts';

export const fenceRules: readonly Rule[] = [
  { id: 'R5.no-right', lane: 'fence', when: [mayAcceptWrites, not(leads), not(mayAdopt)], act: surrender },
  // Between the check and the promotion lies time: a standby that was told to promote is as dangerous as a primary.
  { id: 'R5.promoting-without-right', lane: 'fence', when: [isPromoting, not(leads)], act: surrender },
  { id: 'R10.orphans', lane: 'fence', when: [hasOrphans], act: kill },
  { id: 'R4.promoted-by-hand', lane: 'fence', when: [leads, isOpen, not(isOfThisEpoch), not(isPromoteUnderWay)], act: kill },
  { id: 'R4.step-late', lane: 'fence', when: [leads, isOpen, not(isPublished), isLate], act: kill },
  { id: 'R11.dead', lane: 'fence', when: [leads, isOpen, isPublished, isDead, isWorthKilling], act: cure },
  { id: 'R11.dead-standby', lane: 'fence', when: [not(leads), isInRecovery, isDead, isCurable, not(isHeldDown)], act: cure },
  { id: 'R4.promotion-late', lane: 'fence', when: [leads, isPromoting, isLate, canAnotherTakeOver], act: surrender },
  { id: 'R5.arm', lane: 'guard', when: [leads, isGuardReachable, not(isArmed)], act: arm },
  { id: 'R5.disarm', lane: 'guard', when: [not(leads), isStopped, isGuardReachable, hasArmedGuard], act: disarm },
];

/** Once fencing began, this epoch is given up: only a release or an offer of it may still be written. */
function surrender({ record, memory }: Situation): Step {
  return { intents: [{ kind: 'fence-now' }], memory: { right: null, surrendered: record?.epoch ?? memory.durable.highestEpoch } };
}

/** The lease stays: what was killed was not the server that it stands for. */
function kill(): Step {
  return { intents: [{ kind: 'fence-now' }] };
}

/** The lease stays here for the hand-over that follows; what the server died of is remembered. */
function cure({ memory, now }: Situation): Step {
  const { ailment } = memory;
  return ailment === null
    ? nothing
    : { intents: [{ kind: 'fence-now' }], memory: { ailment: null, cure: { cause: ailment.cause, at: now } } };
}

function arm({ memory, timings }: Situation): Step {
  const { right } = memory;
  return right === null ? nothing : { intents: [{ kind: 'arm', epoch: right.epoch, deadline: guardDeadline(right, timings) }] };
}

function disarm(): Step {
  return { intents: [{ kind: 'disarm' }] };
}
