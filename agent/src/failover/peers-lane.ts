import type { PeersIntent } from '../core/failover/intent.ts';
import type { PeerAnswer } from '../core/failover/peer.ts';
import type { LaneView } from '../core/failover/view.ts';
import type { AskPeer } from '../ports/ask-peer.ts';
import { createLane, type LaneParts } from './lane.ts';

export type PeersLaneParts = Omit<LaneParts, 'failed'> & { readonly ask: AskPeer };

export type PeersLane = {
  /** The last answer of every host that ever answered this process. */
  view(): Readonly<Record<string, PeerAnswer>>;
  lane(): LaneView;
  dispatch(intent: PeersIntent): void;
};

/** Questions to the other database hosts' agents, all at once; each answer counts as soon as it is here. */
export function createPeersLane({ ask, moment, changed }: PeersLaneParts): PeersLane {
  // A silent peer is no news to a journal: its own agent's absence is told elsewhere.
  const lane = createLane({ moment, changed, failed: () => undefined });
  let answers: Readonly<Record<string, PeerAnswer>> = {};
  const askOne = async (host: string, budgetMs: number): Promise<string | null> => {
    const askedAt = moment();
    const answer = await ask(host, budgetMs);
    if (answer.kind === 'silent') return `${host}: ${answer.reason}`;
    answers = { ...answers, [host]: { ...answer.answer, askedAt, at: moment() } };
    changed();
    return null;
  };
  return {
    view: () => answers,
    lane: lane.view,
    dispatch: ({ kind, hosts, budgetMs }) =>
      lane.start(kind, async () => {
        const failures = await Promise.all(hosts.map((host) => askOne(host, budgetMs)));
        return { failure: failures.find((failure) => failure !== null) ?? null };
      }),
  };
}
