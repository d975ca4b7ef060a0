/** Bugs in what gives a right, and how long it lasts. */

import type { Memory } from '../../../agent/src/core/failover/memory.ts';
import { after } from '../../../agent/src/core/failover/moment.ts';
import type { View } from '../../../agent/src/core/failover/view.ts';
import { compareHolder, splitKeys } from './members-apart.ts';
import { deciding, type Mutant, rewriting, seeing, withRecord } from './mutant.ts';

const longMs = 60_000;

export const leaseMutants = {
  'right from reply': {
    breaks: 'R3: the right counts from the send of the confirmed write',
    brain: deciding((decision, { now }, before) => {
      const { right } = decision.memory;
      if (right === null || right.sentAt === before.right?.sentAt) return decision;
      return { ...decision, memory: { ...decision.memory, right: { ...right, sentAt: now } } };
    }),
  },
  'candidate in a hurry': {
    breaks: 'R3: a candidate watches for a full ttl',
    brain: seeing((view) =>
      withRecord(view, (record) => (isOwn(view, record.holder?.host) ? record : { ...record, ttlMs: record.ttlMs / 2 })),
    ),
  },
  'own name is a right': {
    breaks: 'R3: the own host as holder gives no right',
    brain: (brain) => ({
      ...brain,
      decide: (view, memory) => {
        const found = memory.watch?.found;
        const isHolder = found?.kind === 'record' && found.record.phase === 'held' && isOwn(view, found.record.holder?.host);
        if (!isHolder || memory.right !== null || memory.surrendered !== null) return brain.decide(view, memory);
        const { epoch, ttlMs } = found.record;
        const holder = { host: view.self.host, instance: view.self.instance };
        const watch = { ...memory.watch, found: { ...found, record: { ...found.record, holder } } } as typeof memory.watch;
        return brain.decide(view, { ...memory, watch, right: { epoch, ttlMs, sentAt: view.now } });
      },
    }),
  },
  'offer is a right': {
    breaks: 'R10: an offer gives no right before its receiver has accepted it by a write of its own',
    brain: (brain) => ({
      ...brain,
      decide: (view, memory) => {
        const found = memory.watch?.found;
        const isOffered = found?.kind === 'record' && found.record.phase === 'offered' && isOwn(view, found.record.holder?.host);
        if (!isOffered || memory.right !== null) return brain.decide(view, memory);
        const epoch = found.record.epoch + 1;
        const record = { ...found.record, phase: 'held', epoch, holder: { host: view.self.host, instance: view.self.instance } } as const;
        const watch = { ...memory.watch, found: { ...found, record } } as typeof memory.watch;
        return brain.decide(view, { ...memory, watch, right: { epoch, ttlMs: record.ttlMs, sentAt: view.now } });
      },
    }),
  },
  'timeout is a failure': {
    breaks: 'R2: a write without an answer is unknown, not failed',
    brain: seeing((view, memory) => {
      const { result } = view.store;
      if (result?.outcome.kind !== 'unknown' || memory.watch === null) return view;
      const { revision, found } = memory.watch;
      return { ...view, store: { ...view.store, result: { ...result, outcome: { kind: 'lost', revision, found } } } };
    }),
  },
  'two keys': {
    breaks: 'R1: the members stand in the same record as the holder',
    world: splitKeys,
  },
  'holder is compared': {
    breaks: 'R2: a write compares the revision, so that of several without an answer the first alone lands',
    world: compareHolder,
  },
  'own preset counts': {
    breaks: 'R3: a candidate counts with the ttl of the record',
    brain: seeing((view) =>
      withRecord(view, (record) => (isOwn(view, record.holder?.host) ? record : { ...record, ttlMs: view.settings.timings.ttlMs })),
    ),
  },
  'no allowance for drift': {
    breaks: 'R3, R5: the right is over before the slowest clock could have let a candidate claim',
    brain: seeing((view) => {
      const { timings } = view.settings;
      return { ...view, settings: { ...view.settings, timings: { ...timings, agentStopMs: timings.ttlMs, guardKillMs: timings.ttlMs } } };
    }),
  },
  'an older state is believed': {
    breaks: 'R13: nothing is believed of a store that shows less than was seen before',
    brain: (brain) => ({
      ...brain,
      decide: (view, memory) => brain.decide(view, { ...memory, ...forgetful(view, memory) }),
    }),
  },
  'fence by fast stop': {
    breaks: 'R5: the fence kills',
    brain: rewriting((intent) => {
      if (intent.kind === 'fence-now') return [{ kind: 'stop', mode: 'fast', deadlineMs: longMs }];
      return intent.kind === 'arm' ? [{ ...intent, deadline: after(intent.deadline, longMs) }] : [intent];
    }),
  },
  'guard far too late': {
    breaks: 'R5: the guard kills at its own deadline, whatever becomes of the agent',
    brain: rewriting((intent) => (intent.kind === 'arm' ? [{ ...intent, deadline: after(intent.deadline, longMs) }] : [intent])),
  },
  'monotonic only': {
    breaks: 'R3: the holder believes whichever clock says that more time has passed',
    brain: (brain) => ({ ...brain, decide: (view, memory) => brain.decide(onOneClock(view), memory) }),
    world: (world) => {
      for (const { guard } of world.hosts) guard.hasOneClock = true;
    },
  },
} satisfies Readonly<Record<string, Mutant>>;

function isOwn({ self }: View, host: string | undefined): boolean {
  return host === self.host;
}

/** Every reply is the first one. */
function forgetful({ store: { read } }: View, { durable, watch }: Memory): Partial<Memory> {
  const isOlder = read !== null && watch !== null && read.revision < watch.revision;
  return { durable: { ...durable, highestEpoch: 0, highestRevision: 0 }, ...(isOlder ? { watch: null, right: null } : {}) };
}

function onOneClock(view: View): View {
  const { monotonicMs } = view.now;
  return { ...view, now: { monotonicMs, boottimeMs: monotonicMs } };
}
