/** Data that can neither be started nor rewound: only a fresh copy makes them a standby again (R8). */
import type { Memory, Rejoin } from './memory.ts';
import { eligibleServers } from './record.ts';
import type { Situation } from './situation.ts';
import type { LaneView } from './view.ts';

/** One failure may be of the moment: a disk that was full, a primary that restarted. */
const mostFailures = 3;

const noFailures: Omit<Rejoin, 'countedAt'> = { startFailures: 0, rewindFailures: 0, isCopied: false };

/** Counts each operation of the server's lane once. */
export function trackRejoin({ memory, view }: Situation): Pick<Memory, 'rejoin'> {
  const { last } = view.lanes.postgres;
  const before = memory.rejoin;
  if (last === null || before?.countedAt.monotonicMs === last.at.monotonicMs) return { rejoin: before };
  return { rejoin: { ...counted(before ?? noFailures, last), countedAt: last.at } };
}

type Counts = Omit<Rejoin, 'countedAt'>;

function counted(before: Counts, { kind, failure }: NonNullable<LaneView['last']>): Counts {
  const { startFailures, rewindFailures, isCopied } = before;
  const failed = failure !== null;
  if (kind === 'start-standby') return { rewindFailures, startFailures: failed ? startFailures + 1 : 0, isCopied: failed && isCopied };
  if (kind === 'rewind') return { startFailures, rewindFailures: failed ? rewindFailures + 1 : 0, isCopied };
  return kind === 'rebuild' && !failed ? { startFailures: 0, rewindFailures: 0, isCopied: true } : before;
}

/**
 * Its server failed to start, or to be rewound, again and again, and nothing that was acknowledged counts on it: it is not
 * listed. What does not start as a fresh copy either is for an operator.
 */
export const hasFailedToRejoin = ({ memory: { rejoin }, record, host }: Situation) => {
  if (rejoin === null || rejoin.isCopied || record === null) return false;
  const isListed = eligibleServers(record).some((server) => server.host === host);
  return !isListed && Math.max(rejoin.startFailures, rejoin.rewindFailures) >= mostFailures;
};
