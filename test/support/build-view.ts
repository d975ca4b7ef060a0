import { emptyMemory, freshDurable, type Memory } from '../../agent/src/core/failover/memory.ts';
import type { Moment } from '../../agent/src/core/failover/moment.ts';
import type { PeerAnswer } from '../../agent/src/core/failover/peer.ts';
import type { PostgresView } from '../../agent/src/core/failover/postgres-view.ts';
import type { Branch, StateRecord } from '../../agent/src/core/failover/record.ts';
import type { View } from '../../agent/src/core/failover/view.ts';

/** Every scenario begins at this moment unless it says otherwise. */
export const start: Moment = { monotonicMs: 100_000, boottimeMs: 100_000 };

const initial: Branch = { timeline: 1, forkLsn: 0, promotionId: null, forced: false };
const published: Branch = { timeline: 2, forkLsn: 1000, promotionId: '3.a-1', forced: false };

/** Host `a` leads epoch 3 by its process `a-1`; `b` is its member; both are written up to LSN 5000. */
export const settledRecord: StateRecord = {
  protocol: 1,
  systemId: '7',
  epoch: 3,
  holder: { host: 'a', instance: 'a-1' },
  phase: 'held',
  nonce: 'a-1.9',
  ttlMs: 5000,
  primary: { host: 'a', incarnation: 'ia' },
  members: [{ host: 'b', incarnation: 'ib' }],
  lineage: published,
  publishedEpoch: 3,
  syncedLsn: 4000,
  pause: null,
  forced: false,
  requestId: null,
};

const timings = { ttlMs: 5000, renewMs: 1000, requestBudgetMs: 1000, agentStopMs: 3700, guardKillMs: 4000, standbyGoneMs: 3000 };

const noLane = { busy: null, last: null };

/** PostgreSQL of a host that has never had one. */
const noServer: PostgresView = {
  process: 'none',
  postmaster: null,
  data: { state: 'empty', systemId: null, incarnation: null, history: [], epoch: 0 },
  inRecovery: null,
  flushLsn: null,
  replayLsn: null,
  following: null,
  receiver: null,
  sync: { names: [], placeholderSinceStart: false },
  walsenders: [],
  slots: [],
  canary: null,
  canaryRow: null,
  oldestWaitingLsn: null,
  checkpoint: { timeline: null, running: false },
  gate: 'shut',
  probe: null,
  diskWritable: true,
};

const server = { process: 'running', postmaster: { pid: 1, startTime: 1 }, flushLsn: 5000, gate: 'open' } as const;
const data = { state: 'whole', systemId: '7', history: [initial, published], epoch: 3 } as const;

const primaryServer: PostgresView = {
  ...noServer,
  ...server,
  data: { ...data, incarnation: 'ia' },
  inRecovery: false,
  sync: { names: ['ib'], placeholderSinceStart: false },
  walsenders: [{ host: 'b', incarnation: 'ib', streaming: true, listed: true, flushLsn: 5000, replayLsn: 5000 }],
  slots: ['b'],
  checkpoint: { timeline: 2, running: false },
};

const standbyServer: PostgresView = {
  ...noServer,
  ...server,
  data: { ...data, incarnation: 'ib' },
  inRecovery: true,
  replayLsn: 5000,
  following: 'a',
  receiver: { host: 'a', status: 'streaming' },
  sync: { names: 'placeholder', placeholderSinceStart: true },
  checkpoint: { timeline: 2, running: false },
};

function answer(instance: string, { process, inRecovery, data, flushLsn, replayLsn, checkpoint }: PostgresView): PeerAnswer {
  const { systemId, incarnation, history } = data;
  if (systemId === null || incarnation === null) return { askedAt: start, at: start, instance, server: null, refuses: null, troubles: [] };
  const rest = { flushLsn, replayLsn, checkpointTimeline: checkpoint.timeline, canaryId: null, history };
  return {
    askedAt: start,
    at: start,
    instance,
    server: { process, inRecovery, systemId, incarnation, whole: true, ...rest },
    refuses: null,
    troubles: [],
  };
}

function buildView(host: string, postgres: PostgresView): View {
  return {
    now: start,
    self: { host, instance: `${host}-1`, bootId: `boot-${host}` },
    settings: { timings, mode: 'availability', hosts: ['a', 'b'], wantedMembers: 1 },
    store: { clusterId: 'store', read: { at: start, revision: 50, found: { kind: 'record', record: settledRecord } }, result: null },
    fence: { reachable: true, armed: null },
    leaseFile: null,
    postgres,
    peers: host === 'a' ? { b: answer('b-1', standbyServer) } : { a: answer('a-1', primaryServer) },
    requests: [],
    lanes: {
      store: noLane,
      postgres: noLane,
      canary: noLane,
      peers: { busy: null, last: { kind: 'ask-peers', at: start, failure: null } },
    },
    shown: { address: false, role: 'none' },
  };
}

const durable = { ...freshDurable, highestEpoch: 3, highestRevision: 50, clusterId: 'store' };
const watch = { revision: 50, since: start, found: { kind: 'record', record: settledRecord } } as const;

export type Node = { readonly view: View; readonly memory: Memory };

/** Nodes at rest: each of them has nothing to do. */
export const nodes = {
  /** `a`, which serves. */
  primary: {
    view: {
      ...buildView('a', primaryServer),
      fence: { reachable: true, armed: { epoch: 3, deadline: { monotonicMs: 104_000, boottimeMs: 104_000 } } },
      shown: { address: true, role: 'primary' },
    },
    memory: { ...emptyMemory(durable), watch, right: { epoch: 3, sentAt: start, ttlMs: 5000 }, admitted: 3, counter: 9 },
  },
  /** `b`, its member. */
  standby: {
    view: { ...buildView('b', standbyServer), shown: { address: false, role: 'standby' } },
    memory: { ...emptyMemory(durable), watch },
  },
  /** `b` of a cluster of which nothing exists yet. */
  blank: { view: { ...buildView('b', noServer), peers: {} }, memory: emptyMemory({ ...freshDurable, clusterId: 'store' }) },
} satisfies Record<string, Node>;
