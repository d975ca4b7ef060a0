import type { PeerAnswer } from '../core/failover/peer.ts';

/** What another host's agent says of itself; the moments are the asker's. */
export type PeerSays = Omit<PeerAnswer, 'askedAt' | 'at'>;

/** Asks one host's agent. Never rejects and ends within `budgetMs`: who does not answer in time, or nonsense, is silent. */
export type AskPeer = (host: string, budgetMs: number) => Promise<PeerReply>;

export type PeerReply = { readonly kind: 'answer'; readonly answer: PeerSays } | { readonly kind: 'silent'; readonly reason: string };
