/** Bugs in who is promoted, in what order, and how a server comes back. */
import { guardDeadline } from '../../../agent/src/core/failover/lease-deadline.ts';
import type { Memory } from '../../../agent/src/core/failover/memory.ts';
import type { Branch, StateRecord } from '../../../agent/src/core/failover/record.ts';
import type { View } from '../../../agent/src/core/failover/view.ts';
import type { Brain } from '../agent/agent.ts';
import { type Mutant, rewriting, seeing, withRecord } from './mutant.ts';

export const promotionMutants = {
  'promote whoever is there': {
    breaks: 'R4: only the primary and the members are eligible',
    brain: seeing((view) => withRecord(view, (record) => listed(view, record))),
  },
  'incarnation does not matter': {
    breaks: 'R1, R4: a member is a server with its incarnation, not a host',
    brain: seeing((view) => withRecord(view, (record) => renamed(view, record))),
  },
  'primary does not count': {
    breaks: 'R1, R4: the primary is eligible beside the members',
    brain: seeing((view) => withRecord(view, (record) => (isOwnClaim(view, record) ? record : withoutPrimary(view, record)))),
  },
  'eligibility asked once': {
    breaks: 'R4: whether this server is eligible is asked again after its claim',
    brain: (brain) => ({ ...brain, decide: (view, memory) => brain.decide(view, withoutDoubt(view, memory)) }),
  },
  'no fence armed': {
    breaks: 'R4: the fence is armed before the promotion',
    brain: (brain) => rewriting((intent) => (intent.kind === 'arm' ? [] : [intent]))(seeing(withArmedFence)(brain)),
  },
  'names set at promotion': {
    breaks: 'R4: the placeholder has been in force since the server started',
    brain: rewriting((intent) => (intent.kind === 'promote' ? [{ kind: 'set-sync-names', names: [] }, intent] : [intent])),
  },
  'admit before publish': {
    breaks: 'R4: nothing is acknowledged before the new primary stands in the record',
    brain: rewriting((intent) => {
      const isPublish = intent.kind === 'swap' && intent.purpose === 'publish';
      return isPublish ? [intent, { kind: 'set-sync-names', names: [] }, { kind: 'open-gate' }] : [intent];
    }),
  },
  'rewind before checkpoint': {
    breaks: 'R8: a rewind waits for the first checkpoint of the new primary, and its word alone proves nothing',
    brain: (brain) => trustingRewinds(seeing(withCheckpoints)(brain)),
  },
  'timeline numbers prove lineage': {
    breaks: 'R8: equal timeline numbers prove nothing',
    brain: seeing((view, { watch }) => (watch?.found.kind === 'record' ? byNumber(view, watch.found.record.lineage) : view)),
  },
  'orphans do not count': {
    breaks: 'R10: no process of the server is left before its lease is offered',
    brain: seeing((view) => {
      const { postgres } = view;
      return postgres.process === 'stopping' ? { ...view, postgres: { ...postgres, process: 'none' } } : view;
    }),
  },
} satisfies Readonly<Record<string, Mutant>>;

function self(view: View) {
  return { host: view.self.host, incarnation: view.postgres.data.incarnation ?? '' };
}

/** Claimed by this very process, and not published yet. */
function isOwnClaim({ self }: View, { holder, publishedEpoch, epoch }: StateRecord): boolean {
  return holder?.instance === self.instance && publishedEpoch < epoch;
}

/** A server that has claimed takes itself for eligible, whatever became of its data since. */
function withoutDoubt(view: View, memory: Memory): Memory {
  const { watch } = memory;
  if (watch?.found.kind !== 'record' || !isOwnClaim(view, watch.found.record)) return memory;
  const record = { ...renamed(view, watch.found.record), lineage: null };
  return { ...memory, watch: { ...watch, found: { kind: 'record', record } } };
}

function withoutPrimary({ self }: View, record: StateRecord): StateRecord {
  const { primary, holder } = record;
  const isOutOfOffice = primary.host === self.host && holder?.host !== self.host;
  return isOutOfOffice ? { ...record, primary: { ...primary, incarnation: 'none' } } : record;
}

function listed(view: View, record: StateRecord): StateRecord {
  const isThere = record.primary.host === view.self.host || record.members.some(({ host }) => host === view.self.host);
  return isThere || view.postgres.data.incarnation === null
    ? record
    : { ...record, members: [...record.members, self(view)], syncedLsn: 0 };
}

function renamed(view: View, record: StateRecord): StateRecord {
  if (view.postgres.data.incarnation === null) return record;
  const rename = (server: StateRecord['primary']) => (server.host === view.self.host ? self(view) : server);
  return { ...record, primary: rename(record.primary), members: record.members.map(rename), syncedLsn: 0 };
}

function withArmedFence(view: View, { right }: Memory): View {
  if (right === null) return view;
  return { ...view, fence: { reachable: true, armed: { epoch: right.epoch, deadline: guardDeadline(right, view.settings.timings) } } };
}

/** Data that pg_rewind has done with pass for the primary's. */
function trustingRewinds(brain: Brain): Brain {
  const rewound = new Set<string | null>();
  return {
    ...brain,
    decide: (view, memory) => {
      const { postgres, lanes, peers } = view;
      const { last } = lanes.postgres;
      if (last?.kind === 'rewind' && last.failure === null) rewound.add(postgres.data.incarnation);
      const found = memory.watch?.found;
      const primary = found?.kind === 'record' ? peers[found.record.primary.host]?.server : null;
      if (!primary || !rewound.has(postgres.data.incarnation)) return brain.decide(view, memory);
      return brain.decide({ ...view, postgres: { ...postgres, data: { ...postgres.data, history: primary.history } } }, memory);
    },
  };
}

function withCheckpoints(view: View): View {
  const peers = Object.entries(view.peers).map(([host, answer]) => {
    const { server } = answer;
    return [
      host,
      server === null ? answer : { ...answer, server: { ...server, checkpointTimeline: server.history.at(-1)?.timeline ?? null } },
    ];
  });
  return { ...view, peers: Object.fromEntries(peers) };
}

/** Every branch that bears the number of the published one passes for it. */
function byNumber(view: View, lineage: Branch | null): View {
  if (lineage === null) return view;
  const rename = (branch: Branch) => (branch.timeline === lineage.timeline ? { ...branch, promotionId: lineage.promotionId } : branch);
  const { postgres } = view;
  return { ...view, postgres: { ...postgres, data: { ...postgres.data, history: postgres.data.history.map(rename) } } };
}
