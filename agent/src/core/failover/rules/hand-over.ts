/** The published server is dead while its lease goes on: give it to a member that answers (R10). */
import { candidates, otherEligibleHosts } from '../others.ts';
import type { Situation } from '../situation.ts';
import { isPaused } from '../standing.ts';
import { nothing, type Step, swap } from '../writes.ts';

/** How long the members have to answer before the server is started again in place. */
export const askBudgetMs = 200;

/** Nobody is to be asked, or nobody who could take over has answered: the server is started again in place. */
export const isLeftToItself = (situation: Situation) =>
  !isHandingOver(situation) ||
  !hasOthersToAsk(situation) ||
  isPaused(situation) ||
  (haveOthersBeenAsked(situation) && !hasAnswerToHandOver(situation));

export const isHandingOver = ({ memory }: Situation) => memory.handOver !== null;

export const hasOthersToAsk = (situation: Situation) => otherEligibleHosts(situation).length > 0;

/** The members were asked after the server's death, and all have answered or their time is over. */
export const haveOthersBeenAsked = ({ memory, view }: Situation) => {
  const { handOver, askedAt } = memory;
  return view.lanes.peers.busy === null && handOver !== null && askedAt !== null && askedAt.monotonicMs >= handOver.since.monotonicMs;
};

export const hasAnswerToHandOver = (situation: Situation) => answered(situation).length > 0;

export function askOthers(situation: Situation): Step {
  return {
    intents: [{ kind: 'ask-peers', hosts: otherEligibleHosts(situation), budgetMs: askBudgetMs }],
    memory: { askedAt: situation.now },
  };
}

/**
 * The own right and every renewal under way are given up before the offer is sent: an offer without an answer counts as
 * handed over (R10).
 */
export function offer(situation: Situation): Step {
  const [best] = answered(situation);
  if (best === undefined || situation.record === null) return nothing;
  const { memory, record } = situation;
  const requestId = memory.switching?.id ?? record.requestId;
  const step = swap(situation, 'offer', { phase: 'offered', holder: { host: best.host, instance: null }, requestId });
  return { ...step, memory: { ...step.memory, right: null, surrendered: record.epoch } };
}

/** In a switchover the chosen one alone: if it does not answer, the old primary starts again. */
function answered(situation: Situation) {
  const { handOver, switching } = situation.memory;
  const able = handOver === null ? [] : candidates(situation, handOver.since);
  return switching === null ? able : able.filter(({ host }) => host === switching.target);
}
