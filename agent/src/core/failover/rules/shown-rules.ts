/** Questions to others, the agent's own row, and what this host shows to clients. */
import { elapsedForCandidate } from '../moment.ts';
import { not, type Predicate } from '../predicates.ts';
import { finishedRequest, hasFinishedRequest } from '../requests.ts';
import { isInRecovery, isOfThisEpoch, isOpen, lacksCanary } from '../server-standing.ts';
import type { Situation } from '../situation.ts';
import { isAdmitted, isPaused, isPublished, leads } from '../standing.ts';
import { areNamesExtended, arePlaceholderNames, isAdding, isAdditionProven, isCanaryOfAdditionBack } from '../sync-set.ts';
import type { ShownRole } from '../view.ts';
import { nothing, type Step } from '../writes.ts';
import { askBudgetMs, askOthers, hasOthersToAsk, haveOthersBeenAsked, isHandingOver } from './hand-over.ts';
import { hasPublishedPrimaryElsewhere, isStreamingFromPrimary } from './rejoin.ts';
import type { Rule } from './rule.ts';

const shouldHaveAddress: Predicate = function shouldHaveAddress(situation) {
  return leads(situation) && !isHandingOver(situation);
};

const hasAddress: Predicate = function hasAddress({ view }) {
  return view.shown.address;
};

const isRoleShown: Predicate = function isRoleShown(situation) {
  return situation.view.shown.role === roleOf(situation);
};

/** None was committed yet, or it came back at once: the placeholder had not reached every backend (R6). */
const needsCanaryOfAddition: Predicate = function needsCanaryOfAddition({ memory, postgres }) {
  const { adding } = memory;
  if (adding === null) return false;
  return adding.canaryId === null || (postgres.canary?.id === adding.canaryId && postgres.canary.state === 'returned');
};

const isPollDue: Predicate = function isPollDue({ view, now, timings }) {
  const { last } = view.lanes.peers;
  return view.settings.hosts.length > 1 && (last === null || elapsedForCandidate(last.at, now) >= timings.renewMs);
};

export const shownRules: readonly Rule[] = [
  { id: 'R4.canary', lane: 'canary', when: [leads, isOpen, isOfThisEpoch, not(isPublished), lacksCanary], act: canary },
  { id: 'R4.new-canary', lane: 'canary', when: [leads, isOpen, isPublished, not(isAdmitted), lacksCanary], act: canary },
  {
    id: 'R6.canary',
    lane: 'canary',
    when: [leads, isOpen, isPublished, arePlaceholderNames, needsCanaryOfAddition],
    act: canaryOfAddition,
  },

  { id: 'R10.ask', lane: 'peers', when: [isHandingOver, not(isPaused), hasOthersToAsk, not(haveOthersBeenAsked)], act: askOthers },
  {
    id: 'R6.prove',
    lane: 'peers',
    when: [leads, isAdding, areNamesExtended, isCanaryOfAdditionBack, not(isAdditionProven)],
    act: askNewMember,
  },
  { id: 'R15.poll', lane: 'peers', when: [isPollDue], act: askAll },

  { id: 'R14.withdraw', lane: 'requests', when: [hasFinishedRequest], act: withdraw },

  // In parallel with the promotion: the address takes longer to move than the server to open.
  {
    id: 'R4.raise',
    lane: 'address',
    when: [shouldHaveAddress, not(hasAddress)],
    act: raise,
  },
  {
    id: 'R5.lower',
    lane: 'address',
    when: [not(shouldHaveAddress), hasAddress],
    act: lower,
  },
  {
    id: 'R4.role',
    lane: 'role',
    when: [not(isRoleShown)],
    act: tellRole,
  },
];

function roleOf(situation: Situation): ShownRole {
  if (leads(situation))
    return isOpen(situation) && isPublished(situation) && isAdmitted(situation) && situation.postgres.gate === 'open' ? 'primary' : 'none';
  return hasPublishedPrimaryElsewhere(situation) && isInRecovery(situation) && isStreamingFromPrimary(situation) ? 'standby' : 'none';
}

function raise(): Step {
  return { intents: [{ kind: 'address', raised: true }] };
}

function lower(): Step {
  return { intents: [{ kind: 'address', raised: false }] };
}

function tellRole(situation: Situation): Step {
  return { intents: [{ kind: 'role-file', role: roleOf(situation) }] };
}

function withdraw(situation: Situation): Step {
  const id = finishedRequest(situation);
  if (id === null) return nothing;
  return { intents: [{ kind: 'withdraw-request', id }], memory: { withdrawn: { ...situation.memory.withdrawn, [id]: situation.now } } };
}

function canary({ view, memory }: Situation): Step {
  const counter = memory.counter + 1;
  return { intents: [{ kind: 'canary', id: `${view.self.instance}.c${counter}` }], memory: { counter } };
}

function canaryOfAddition({ view, memory }: Situation): Step {
  const counter = memory.counter + 1;
  const id = `${view.self.instance}.c${counter}`;
  return { intents: [{ kind: 'canary', id }], memory: { counter, adding: memory.adding && { ...memory.adding, canaryId: id } } };
}

function askNewMember({ memory }: Situation): Step {
  return memory.adding === null ? nothing : { intents: [{ kind: 'ask-peers', hosts: [memory.adding.server.host], budgetMs: askBudgetMs }] };
}

function askAll({ view, host }: Situation): Step {
  return { intents: [{ kind: 'ask-peers', hosts: view.settings.hosts.filter((other) => other !== host), budgetMs: askBudgetMs }] };
}
