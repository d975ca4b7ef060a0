import { expect, test } from 'vitest';
import { foundingRecord, printRecord, type StateRecord } from '../../../agent/src/core/failover/record.ts';
import { found, type OperatorParts, request, state } from '../../../agent/src/failover/operator.ts';
import type { LeaseStore } from '../../../agent/src/ports/lease-store.ts';

const base: StateRecord = { ...foundingRecord({ host: 'pg1', nonce: 'n', ttlMs: 3000 }), epoch: 4, publishedEpoch: 4, phase: 'held' };
const switchover = { kind: 'switchover', id: 's-1', epoch: 4, target: 'pg2', validMs: 60_000 };

/** A store that shows one record after the other, the last one for good; time passes with every sleep. */
function partsOf(records: readonly StateRecord[], over: Partial<LeaseStore> = {}) {
  const left = [...records];
  const puts: unknown[] = [];
  let nowMs = 0;
  const shown = () => (left.length > 1 ? left.shift() : left[0]);
  const store = {
    read: async () => {
      const record = shown();
      const text = record ? printRecord(record) : null;
      return { kind: 'value', clusterId: '1', headerRevision: '1', revision: '1', text };
    },
    put: async (write: unknown) => {
      puts.push(write);
      return { kind: 'written', revision: '2' };
    },
    list: async () => ({ kind: 'entries', entries: [] }),
    ...over,
  } as unknown as LeaseStore;
  const sleep = async (ms: number) => {
    nowMs += ms;
  };
  const parts: OperatorParts = { store, budgetMs: 100, newNonce: () => 'a-nonce-of-sixteen', monotonicMs: () => nowMs, sleep };
  return { parts, puts };
}

test('a switchover is done once its target is published, and its request is taken back', async () => {
  const offered: StateRecord = { ...base, requestId: 's-1', phase: 'offered' };
  const done: StateRecord = { ...base, requestId: 's-1', epoch: 5, publishedEpoch: 5 };
  const { parts, puts } = partsOf([base, offered, done]);
  expect(await request(parts, { text: JSON.stringify(switchover), waitMs: 5000 })).toMatchObject({ ok: true, answer: { record: done } });
  expect(puts).toMatchObject([{ key: 'request/switchover' }, { key: 'request/switchover', text: '' }]);
});

test('a switchover is void when another change of the primary came first', async () => {
  const { parts } = partsOf([{ ...base, epoch: 5, publishedEpoch: 5 }]);
  expect(await request(parts, { text: JSON.stringify(switchover), waitMs: 5000 })).toMatchObject({
    ok: false,
    problem: expect.stringContaining('changed meanwhile'),
  });
});

test('what nobody carries out ends with a reason', async () => {
  const { parts } = partsOf([base]);
  expect(await request(parts, { text: JSON.stringify(switchover), waitMs: 500 })).toMatchObject({
    ok: false,
    problem: expect.stringContaining('not done'),
  });
});

test('a host in maintenance stays so after the command', async () => {
  const { parts, puts } = partsOf([base]);
  const maintenance = { kind: 'maintenance', id: 'm-1', host: 'pg2', lastMemberConfirmed: false };
  expect(await request(parts, { text: JSON.stringify(maintenance), waitMs: 500 })).toMatchObject({ ok: true });
  expect(puts).toHaveLength(1);
});

test('a text that is no request is refused', async () => {
  expect(await request(partsOf([base]).parts, { text: '{"kind":"dance"}', waitMs: 0 })).toMatchObject({ ok: false });
});

test.each([
  [
    { kind: 'confirmed', revision: '1', sentAtMs: 0 },
    { ok: true, answer: { founded: true } },
  ],
  [
    { kind: 'lost', current: { text: 'x', revision: '1' } },
    { ok: true, answer: { founded: false } },
  ],
  [{ kind: 'unknown', reason: 'silence' }, { ok: false }],
] as const)('the record is founded only where there is none: %j', async (outcome, answer) => {
  const { parts } = partsOf([], { swap: async () => outcome });
  expect(await found(parts, { host: 'pg1', ttlMs: 3000 })).toMatchObject(answer);
});

test('the state of a cluster without a record is a problem, not a crash', async () => {
  expect(await state(partsOf([]).parts)).toMatchObject({ ok: false, problem: expect.stringContaining('no record') });
  expect(await state(partsOf([base]).parts)).toMatchObject({ ok: true, answer: { record: { epoch: 4 }, requests: [], history: [] } });
});
