import { expect, test, vi } from 'vitest';
import { foundingRecord, printRecord } from '../../../agent/src/core/failover/record.ts';
import { createStoreLane } from '../../../agent/src/failover/store-lane.ts';
import type { LeaseStore } from '../../../agent/src/ports/lease-store.ts';

const record = foundingRecord({ host: 'pg1', nonce: 'nonce-of-sixteen-x', ttlMs: 3000 });
const swap = { kind: 'swap', purpose: 'claim', expectRevision: 4, record } as const;

function laneWith(store: Partial<LeaseStore>) {
  const changed = vi.fn();
  const parts = { moment: () => ({ monotonicMs: 1, boottimeMs: 1 }), changed, failed: () => undefined, budgetMs: 500 };
  return { lane: createStoreLane({ ...parts, store: store as LeaseStore }), changed };
}

const valueAt = (revision: string) => ({
  kind: 'value' as const,
  clusterId: '7',
  headerRevision: revision,
  revision,
  text: printRecord(record),
});

test('a read shows the record, its revision and whose store it is', async () => {
  const { lane, changed } = laneWith({ read: async () => valueAt('9') });
  lane.dispatch({ kind: 'read-state' });
  await vi.waitFor(() => expect(changed).toHaveBeenCalled());
  expect(lane.view()).toMatchObject({ clusterId: '7', read: { revision: 9, found: { kind: 'record', record } } });
});

test('a slower read never brings back an older revision', async () => {
  const answers = [valueAt('9'), valueAt('8')];
  const { lane, changed } = laneWith({ read: async () => answers.shift() ?? valueAt('8') });
  lane.dispatch({ kind: 'read-state' });
  await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(1));
  lane.hint(null);
  await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(2));
  expect(lane.view().read?.revision).toBe(9);
});

test.each([
  [{ kind: 'confirmed', revision: '5', sentAtMs: 1 } as const, { kind: 'confirmed', revision: 5 }, null],
  [{ kind: 'unknown', reason: 'no answer' } as const, { kind: 'unknown' }, 'no answer'],
  [{ kind: 'lost', current: { text: 'x', revision: '6' } } as const, { kind: 'lost', revision: 6, found: { kind: 'unreadable' } }, null],
])('a swap that is $0.kind is told by its nonce', async (outcome, told, failure) => {
  const { lane, changed } = laneWith({ swap: async () => outcome });
  lane.dispatch(swap);
  await vi.waitFor(() => expect(changed).toHaveBeenCalled());
  expect(lane.view().result).toMatchObject({ nonce: record.nonce, outcome: told });
  expect(lane.lane().last).toMatchObject({ kind: 'swap', failure });
  expect(lane.answeredAt() === null).toBe(outcome.kind === 'unknown');
});

test.each([
  ['anything may have changed', null, 2],
  ['the record has a newer revision', new Map([['state', '10']]), 2],
  ['the record has the revision that was read', new Map([['state', '9']]), 1],
  ['another key changed', new Map([['request/pause', '12']]), 1],
])('a hint that %s is followed by a reading only where it is news', async (_, hint, readings) => {
  const read = vi.fn(async () => valueAt('9'));
  const { lane, changed } = laneWith({ read });
  lane.dispatch({ kind: 'read-state' });
  await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(1));
  lane.hint(hint);
  expect(read).toHaveBeenCalledTimes(readings);
});

test('a hint at the own write is no news', async () => {
  const read = vi.fn(async () => valueAt('9'));
  const { lane, changed } = laneWith({ read, swap: async () => ({ kind: 'confirmed', revision: '5', sentAtMs: 1 }) });
  lane.dispatch(swap);
  await vi.waitFor(() => expect(changed).toHaveBeenCalled());
  lane.hint(new Map([['state', '5']]));
  expect(read).not.toHaveBeenCalled();
});
