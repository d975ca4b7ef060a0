/** Bugs in what counts as dead or gone, and in what operators ask for. */
import type { Memory } from '../../../agent/src/core/failover/memory.ts';
import type { Branch } from '../../../agent/src/core/failover/record.ts';
import type { View } from '../../../agent/src/core/failover/view.ts';
import { deciding, type Mutant, rewriting, seeing, withRecord } from './mutant.ts';

const everMs = 1_000_000_000;

export const healthMutants = {
  'a wait is a hang': {
    breaks: 'R11: a commit that waits for a standby is no hang',
    brain: seeing((view) => {
      const { postgres, now } = view;
      return postgres.oldestWaitingLsn === null ? view : { ...view, postgres: { ...postgres, probe: { at: now, cause: 'hung' } } };
    }),
  },
  'only who is disconnected is gone': {
    breaks: 'R7: a member is gone too when it is connected and does not flush',
    brain: seeing(withFlushedWalsenders),
  },
  'never too late': {
    breaks: 'R4: a holder without a working server gives the lease up within one ttl',
    brain: deciding((decision) => ({ ...decision, memory: { ...decision.memory, idleSince: null } })),
  },
  'one take-over is enough': {
    breaks: 'R11: no hold-down delays the take-over of an expired record',
    brain: rewriting((intent) => (intent.kind === 'swap' && intent.purpose === 'claim' && intent.record.epoch > 2 ? [] : [intent])),
  },
  'protection goes on alone': {
    breaks: 'R7: in protection the last member stays listed',
    brain: seeing((view) => ({ ...view, settings: { ...view.settings, mode: 'availability' } })),
  },
  'a pause has no end': {
    breaks: 'R14: every node counts a pause from its own first sight',
    brain: seeing((view) =>
      withRecord(view, (record) => (record.pause === null ? record : { ...record, pause: { ...record.pause, durationMs: everMs } })),
    ),
  },
  'a pause forbids nothing': {
    breaks: 'R14: a pause forbids claims by any node but the primary',
    brain: seeing((view) => withRecord(view, (record) => ({ ...record, pause: null }))),
  },
  'a request runs again': {
    breaks: 'R10: a switchover is of one epoch, and runs once',
    brain: seeing((view) => ({ ...withRecord(view, (record) => ({ ...record, requestId: null })), requests: ofThisEpoch(view) })),
  },
  'forced failover waits for nothing': {
    breaks: 'R14: a forced failover waits until every right is over',
    brain: (brain) => ({ ...brain, decide: (view, memory) => brain.decide(view, isForced(view) ? longWatched(memory) : memory) }),
  },
  'forced is forgotten': {
    breaks: 'R14: data that a forced failover left behind are kept',
    brain: seeing(withoutForced),
  },
  'only the old primary is rewound': {
    breaks: 'R8: every node that is ahead of the new primary is rewound',
    brain: rewriting((intent, _view, memory) => (intent.kind === 'rewind' && memory.admitted === null ? [] : [intent])),
  },
} satisfies Readonly<Record<string, Mutant>>;

/** Whatever a standby has not flushed is seen as flushed. */
export function withFlushedWalsenders(view: View): View {
  const { postgres } = view;
  const walsenders = postgres.walsenders.map((walsender) => ({ ...walsender, flushLsn: postgres.flushLsn ?? walsender.flushLsn }));
  return { ...view, postgres: { ...postgres, walsenders } };
}

function ofThisEpoch({ requests, store }: View): View['requests'] {
  const found = store.read?.found;
  if (found?.kind !== 'record') return requests;
  return requests.map((request) => ('epoch' in request ? { ...request, epoch: found.record.epoch } : request));
}

function isForced({ requests, self }: View): boolean {
  return requests.some((request) => request.kind === 'failover' && request.target === self.host);
}

function longWatched(memory: Memory): Memory {
  const { watch } = memory;
  return { ...memory, watch: watch && { ...watch, since: { monotonicMs: -everMs, boottimeMs: -everMs } } };
}

function withoutForced(view: View): View {
  const unmarked = (history: readonly Branch[]) => history.map((branch) => ({ ...branch, forced: false }));
  const peers = Object.entries(view.peers).map(([host, answer]) => {
    const { server } = answer;
    return [host, server === null ? answer : { ...answer, server: { ...server, history: unmarked(server.history) } }];
  });
  return { ...view, peers: Object.fromEntries(peers) };
}
