/** What this node tells a peer that asks. */
import { ownServer } from './candidate.ts';
import type { Memory } from './memory.ts';
import type { PeerAnswer } from './peer.ts';
import type { View } from './view.ts';

/** The answer, without the moments of asking and hearing, which are the asker's own. */
export type SelfReport = Omit<PeerAnswer, 'askedAt' | 'at'>;

export function answerOf(view: View, memory: Memory): SelfReport {
  const cause = view.postgres.probe?.cause ?? null;
  return { instance: view.self.instance, server: ownServer(view), refuses: refusal(view, memory), troubles: cause === null ? [] : [cause] };
}

/** Why this node would not take over now if it were offered the lease; null where it would. */
function refusal(view: View, { unresolved }: Memory): string | null {
  if (unresolved !== null) return 'unresolved-write';
  if (!view.postgres.diskWritable) return 'disk-not-writable';
  return view.fence.reachable ? null : 'guard-unreachable';
}
