/** Bugs in who has to acknowledge, and when that is believed. */
import type { Intent } from '../../../agent/src/core/failover/intent.ts';
import type { Memory } from '../../../agent/src/core/failover/memory.ts';
import type { StateRecord } from '../../../agent/src/core/failover/record.ts';
import type { View } from '../../../agent/src/core/failover/view.ts';
import type { Decision } from '../agent/agent.ts';
import { withFlushedWalsenders } from './health-mutants.ts';
import { deciding, type Mutant, rewriting, seeing } from './mutant.ts';

export const syncMutants = {
  'store first when adding': {
    breaks: 'R6: PostgreSQL waits for a member before the record lists it',
    brain: deciding((decision, view) => listBeforeWaiting(decision, view)),
  },
  'PostgreSQL first when removing': {
    breaks: 'R7: the record drops a member before PostgreSQL does',
    brain: rewriting((intent) => {
      const isRemoval = intent.kind === 'swap' && intent.purpose === 'remove-member';
      return isRemoval
        ? [intent, { kind: 'set-sync-names', names: intent.record.members.map(({ incarnation }) => incarnation) }]
        : [intent];
    }),
  },
  'no canary': {
    breaks: 'R6: only a canary that is held and returns proves that commits wait',
    brain: seeing((view, memory) => withPerfectCanary(view, memory)),
  },
  'what is shown is in force': {
    breaks: 'R6: a list that is shown may not be in force before the checkpointer has taken it over',
    brain: seeing((view, memory) => {
      const seen = withPerfectCanary(view, memory);
      return { ...seen, postgres: { ...seen.postgres, checkpoint: { ...seen.postgres.checkpoint, running: false } } };
    }),
  },
  'canary held by anybody': {
    breaks: 'R6: every walsender of the old and the new list has passed the canary before the list changes',
    brain: seeing((view) => withoutOldLists(withFlushedWalsenders(view))),
  },
  'old lists do not count': {
    breaks: 'R6: no walsender goes by an old list any more before the list changes',
    brain: seeing(withoutOldLists),
  },
  'places may change': {
    breaks: 'R7: where the places of several members change nobody is named in between',
    brain: (brain) => rewriting((intent, _view, memory) => [named(intent, memory)])(seeing(withoutOldLists)(brain)),
  },
  'any of two members': {
    breaks: 'R7: every member acknowledges everything',
    brain: rewriting((intent) => {
      const isLong = intent.kind === 'set-sync-names' && intent.names !== 'placeholder' && intent.names.length > 1;
      return isLong ? [{ ...intent, names: intent.names.slice(0, 1) }] : [intent];
    }),
  },
} satisfies Readonly<Record<string, Mutant>>;

/** When an addition begins, the record is written at once. */
function listBeforeWaiting(decision: Decision, view: View): Decision {
  const { memory, intents } = decision;
  const { adding, watch, attempt } = memory;
  if (adding === null || watch?.found.kind !== 'record' || attempt !== null || view.lanes.store.busy !== null) return decision;
  const { record } = watch.found;
  if (record.members.some(({ host }) => host === adding.server.host)) return decision;
  const counter = memory.counter + 1;
  const next: StateRecord = { ...record, members: [...record.members, adding.server], nonce: `${view.self.instance}.${counter}` };
  const write = { nonce: next.nonce, purpose: 'add-member', sentAt: view.now, expectRevision: watch.revision, record: next } as const;
  const swap = { kind: 'swap', purpose: 'add-member', expectRevision: watch.revision, record: next } as const;
  return { ...decision, intents: [...intents, swap], memory: { ...memory, counter, attempt: write } };
}

/** Whatever became of the row, it is taken for held under the placeholder and for returned under the list. */
function withPerfectCanary(view: View, { adding }: Memory): View {
  const { postgres } = view;
  if (adding?.canaryId == null) return view;
  const state = postgres.sync.names === 'placeholder' ? 'waiting' : 'returned';
  const canary = { id: adding.canaryId, lsn: 0, state, warned: false } as const;
  return withRowRead({ ...view, postgres: { ...postgres, canary } }, { adding });
}

/** The record's list at once. */
function named(intent: Intent, { adding, watch }: Memory): Intent {
  if (intent.kind !== 'set-sync-names' || intent.names !== 'placeholder' || adding !== null) return intent;
  const members = watch?.found.kind === 'record' ? watch.found.record.members : [];
  return members.length > 1 ? { ...intent, names: members.map(({ incarnation }) => incarnation) } : intent;
}

function withoutOldLists(view: View): View {
  const { postgres } = view;
  return { ...view, postgres: { ...postgres, walsenders: postgres.walsenders.map((walsender) => ({ ...walsender, listed: false })) } };
}

function withRowRead(view: View, { adding }: Pick<Memory, 'adding'>): View {
  const answer = adding === null ? undefined : view.peers[adding.server.host];
  if (adding === null || !answer?.server) return view;
  return {
    ...view,
    peers: { ...view.peers, [adding.server.host]: { ...answer, server: { ...answer.server, canaryId: adding.canaryId } } },
  };
}
