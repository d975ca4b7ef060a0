import { describe, expect, test } from 'vitest';
import type { Attempt, Memory } from '../../../../agent/src/core/failover/memory.ts';
import type { StateRecord } from '../../../../agent/src/core/failover/record.ts';
import { remember } from '../../../../agent/src/core/failover/remember.ts';
import type { SwapOutcome, View } from '../../../../agent/src/core/failover/view.ts';
import { nodes, settledRecord, start } from '../../../support/build-view.ts';

const { view, memory } = nodes.primary;
const mine: StateRecord = { ...settledRecord, nonce: 'a-1.10' };
const later = { monotonicMs: 100_400, boottimeMs: 100_400 };
const attempt: Attempt = { nonce: 'a-1.10', purpose: 'renew', sentAt: later, expectRevision: 50, record: mine };
const foreign: StateRecord = { ...settledRecord, nonce: 'b-1.1', epoch: 4, holder: { host: 'b', instance: 'b-1' } };

const now = { monotonicMs: 100_500, boottimeMs: 100_500 };

function after(outcome: SwapOutcome | null, over: Partial<Memory> = {}, nonce = attempt.nonce): Memory {
  const store = { ...view.store, result: outcome && { nonce, outcome } };
  return remember({ ...view, now, store }, { ...memory, attempt, ...over });
}

function seeing(record: StateRecord, revision: number, before: Memory = memory): Memory {
  const read = { at: now, revision, found: { kind: 'record', record } } as const;
  return remember({ ...view, now, store: { ...view.store, read } }, before);
}

const unresolved = {
  since: start,
  lastAt: start,
  ttlMs: 3000,
  purposes: ['add-member'],
  members: [{ host: 'c', incarnation: 'ic' }],
} as const;

describe('a write', () => {
  test('that is confirmed gives the right from its send, and settles all before it', () => {
    expect(after({ kind: 'confirmed', revision: 51 }, { unresolved })).toMatchObject({
      right: { epoch: 3, sentAt: later, ttlMs: 5000 },
      attempt: null,
      unresolved: null,
      watch: { revision: 51, since: now, found: { record: mine } },
    });
  });

  test('of an epoch that was given up meanwhile gives no right', () => {
    expect(after({ kind: 'confirmed', revision: 51 }, { right: null, surrendered: 3 })).toMatchObject({ right: null, attempt: null });
  });

  test('gives no right when somebody wrote after it and was seen first', () => {
    const overtaken = seeing(foreign, 52, { ...memory, attempt });
    expect(after({ kind: 'confirmed', revision: 51 }, overtaken)).toMatchObject({ right: null, watch: { revision: 52 } });
  });

  test('that is confirmed as an offer ends the right', () => {
    const offer = { ...attempt, record: { ...mine, phase: 'offered' as const, holder: { host: 'b', instance: null } } };
    expect(after({ kind: 'confirmed', revision: 51 }, { attempt: offer })).toMatchObject({ right: null });
  });

  test('without an answer may have landed: both outcomes are kept in mind', () => {
    const record = { ...mine, ttlMs: 2000, members: [{ host: 'b', incarnation: 'ib' }] };
    expect(after({ kind: 'unknown' }, { attempt: { ...attempt, record }, unresolved })).toMatchObject({
      right: memory.right,
      unresolved: {
        since: start,
        lastAt: later,
        ttlMs: 2000,
        purposes: ['add-member', 'renew'],
        members: [
          { host: 'c', incarnation: 'ic' },
          { host: 'b', incarnation: 'ib' },
        ],
      },
    });
    const again = { ...unresolved, purposes: ['renew' as const], members: record.members };
    expect(after({ kind: 'unknown' }, { unresolved: again }).unresolved).toMatchObject({ purposes: ['renew'], members: record.members });
  });

  test('which the shell knows nothing of any more is one without an answer', () => {
    expect(after(null)).toMatchObject({ attempt: null, unresolved: { purposes: ['renew'] } });
    expect(after({ kind: 'confirmed', revision: 51 }, {}, 'a-1.9')).toMatchObject({ unresolved: { purposes: ['renew'] } });
  });

  test('without an answer whose revision was overtaken cannot land any more, for who has no right', () => {
    const overtaken = { watch: memory.watch && { ...memory.watch, revision: 51 } };
    expect(after({ kind: 'unknown' }, { ...overtaken, right: null }).unresolved).toBeNull();
    expect(after({ kind: 'unknown' }, overtaken).unresolved).not.toBeNull();
    expect(after({ kind: 'unknown' }, { right: null }).unresolved).not.toBeNull();
  });

  test('in flight stays so', () => {
    const lanes = { ...view.lanes, store: { busy: { kind: 'swap', since: later }, last: null } };
    expect(remember({ ...view, lanes }, { ...memory, attempt })).toMatchObject({ attempt, right: memory.right });
  });

  test('that is lost to somebody else ends the right, and whatever was under way', () => {
    const lost = { kind: 'lost', revision: 53, found: { kind: 'record', record: foreign } } as const;
    expect(after(lost, { unresolved })).toMatchObject({
      right: null,
      unresolved: null,
      watch: { revision: 53 },
      durable: { highestEpoch: 4 },
    });
  });

  test('that is lost to an earlier one of this process keeps the right, and proves nothing of the earlier one', () => {
    const lost = { kind: 'lost', revision: 51, found: { kind: 'record', record: { ...mine, nonce: 'a-1.8' } } } as const;
    expect(after(lost, { unresolved })).toMatchObject({ right: memory.right, unresolved, watch: { revision: 51 } });
  });
});

describe('a sight of the key', () => {
  test("of somebody else's newer write ends the right", () => {
    expect(seeing(foreign, 51)).toMatchObject({ right: null, watch: { revision: 51, since: now } });
  });

  test('of a write of this process is no proof of a right', () => {
    expect(seeing(mine, 51, { ...memory, right: null })).toMatchObject({ right: null, watch: { revision: 51 } });
  });

  test('of a later write of this process tells who has no right which of its writes has landed', () => {
    expect(seeing(mine, 51, { ...memory, right: null, unresolved }).unresolved).toBeNull();
    expect(seeing(mine, 50, { ...memory, right: null, unresolved }).unresolved).toEqual(unresolved);
    expect(seeing(mine, 51, { ...memory, unresolved }).unresolved).toEqual(unresolved);
  });

  test('that was overtaken is left alone', () => {
    expect(seeing(foreign, 49)).toEqual(memory);
  });

  test('of the same revision does not begin the watch anew', () => {
    expect(seeing(settledRecord, 50).watch?.since).toEqual(start);
  });

  test('of an epoch below the highest one is not believed', () => {
    expect(seeing({ ...foreign, epoch: 2 }, 60)).toMatchObject({ watch: null, right: null });
    expect(seeing({ ...foreign, epoch: 2 }, 60, { ...memory, watch: null })).toMatchObject({ watch: null });
  });

  test('of a revision below the highest one on disk is not believed', () => {
    const durable = { ...memory.durable, highestRevision: 70 };
    expect(seeing(foreign, 60, { ...memory, durable, watch: null })).toMatchObject({ watch: null });
  });

  test('of a renewal is not worth a write to disk, any other change is', () => {
    expect(seeing({ ...settledRecord, nonce: 'a-1.10' }, 51).durable).toBe(memory.durable);
    const renewed = seeing({ ...settledRecord, nonce: 'a-1.10' }, 51);
    expect(seeing({ ...settledRecord, nonce: 'a-1.11', members: [] }, 52, renewed).durable).toMatchObject({ highestRevision: 52 });
    expect(seeing({ ...settledRecord, members: [{ host: 'b', incarnation: 'x' }] }, 52).durable).toMatchObject({ highestRevision: 52 });
  });

  test('of a key that is absent or cannot be read is kept as such', () => {
    const read = { at: now, revision: 51, found: { kind: 'unreadable', reason: 'x' } } as const;
    expect(remember({ ...view, now, store: { ...view.store, read } }, memory)).toMatchObject({ right: null, watch: { found: read.found } });
  });
});

describe('the store', () => {
  test('is pinned at first sight', () => {
    const durable = { ...memory.durable, clusterId: null };
    expect(remember(view, { ...memory, durable }).durable.clusterId).toBe('store');
    const silent: View = { ...view, store: { clusterId: null, read: null, result: null } };
    expect(remember(silent, { ...memory, durable }).durable.clusterId).toBeNull();
  });

  test('that is another one is not believed: its answers are none', () => {
    const store = {
      clusterId: 'other',
      read: view.store.read,
      result: { nonce: attempt.nonce, outcome: { kind: 'confirmed', revision: 51 } },
    } as const;
    expect(remember({ ...view, store }, { ...memory, attempt })).toMatchObject({
      watch: memory.watch,
      unresolved: { purposes: ['renew'] },
    });
  });

  test('that went back under a running process is not believed up to where it was', () => {
    const lost = { kind: 'lost', revision: 40, found: { kind: 'absent' } } as const;
    const gone = after(lost);
    expect(gone).toMatchObject({ watch: null, right: null, surrendered: 3, durable: { highestRevision: 51 } });
    expect(seeing(settledRecord, 50, gone).watch).toBeNull();
  });
});
