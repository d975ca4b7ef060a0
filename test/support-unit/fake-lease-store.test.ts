import { describe, expect, test } from 'vitest';
import { leaseStoreContract } from '../contracts/lease-store.contract.ts';
import { fakeLeaseStore, type Passage } from '../support/fake-lease-store.ts';
import { memoryStore } from '../support/memory-store.ts';
import { virtualTime } from '../support/virtual-time.ts';

const prompt: readonly Passage[] = [{ requestMs: 1, replyMs: 1 }];

describe('the fake lease store', () => {
  leaseStoreContract(async () => {
    const store = memoryStore();
    const nowMs = () => performance.now();
    let ways = prompt;
    const set = (wanted: readonly Passage[]) => async () => {
      ways = wanted;
    };
    const world = { nowMs, after: (ms: number, run: () => void) => void setTimeout(run, ms), passages: () => ways };
    return {
      client: (known = {}) => fakeLeaseStore(store, world, { name: 'a', known }),
      monotonicMs: nowMs,
      loseOneReply: set([{ requestMs: 1, replyMs: null }, ...prompt]),
      loseReplies: set([{ requestMs: 1, replyMs: null }]),
      loseRequests: set([{ requestMs: null, replyMs: 1 }]),
      heal: set(prompt),
    };
  });

  test('a request that is late lands after its call ended as unknown, if nobody changed the key before', async () => {
    const time = virtualTime();
    const store = memoryStore();
    const delays = [500, 1, 500];
    const passages = () => [{ requestMs: delays.shift() ?? 1, replyMs: 1 }];
    const client = fakeLeaseStore(store, { ...time, passages }, { name: 'a' });
    const swap = (expectRevision: string, nonce: string) =>
      client.swap({ key: 'state', expectRevision, text: nonce, nonce, budgetMs: 100 });
    const first = swap('0', 'nonce-of-the-first');
    await time.advance(100);
    expect(await first).toMatchObject({ kind: 'unknown' });
    expect(store.stored('state').text).toBeNull();
    await time.advance(400);
    expect(store.stored('state')).toEqual({ text: 'nonce-of-the-first', revision: '2' });
    const second = swap('2', 'nonce-of-the-second');
    await time.advance(2);
    expect(await second).toEqual({ kind: 'confirmed', revision: '3', sentAtMs: 500 });
    const third = swap('2', 'nonce-of-the-third');
    await time.advance(1000);
    expect(await third).toMatchObject({ kind: 'unknown' });
    expect(store.stored('state').text).toBe('nonce-of-the-second');
  });
});
