import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Hint, LeaseStore, Swap } from '../../agent/src/ports/lease-store.ts';
import { leaseListingContract } from './lease-listing.contract.ts';

/** A store to try the port on, healthy and with no keys of this test's. */
export type LeaseStoreUnderTest = {
  /** Another client of the same store. `clusterId` and `revisionFloor` are what it knows from before. */
  client(known?: { clusterId?: string; revisionFloor?: string }): LeaseStore;
  /** The clock that `sentAtMs` is read from. */
  monotonicMs(): number;
  /** Requests arrive, one attempt's reply is lost, those of later attempts come. Call it after a first answer. */
  loseOneReply(): Promise<void>;
  /** Requests arrive, every reply is lost. Call it after a first answer. */
  loseReplies(): Promise<void>;
  /** No request arrives. */
  loseRequests(): Promise<void>;
  heal(): Promise<void>;
};

/** Longer than any hiccup of a busy machine. */
const budgetMs = 10_000;
/** For calls that get no answer, and for those that get one which is none. */
const shortMs = 300;
const wrongMs = 1500;

/** What every lease store must do. */
export function leaseStoreContract(setUp: () => Promise<LeaseStoreUnderTest>): void {
  const swapOf = (expectRevision: string, words = 'x', ms = budgetMs): Swap => {
    const nonce = randomUUID();
    return { key: 'state', expectRevision, text: `${words} ${nonce}`, nonce, budgetMs: ms };
  };
  const confirmed = async (store: LeaseStore, swap: Swap) => {
    const outcome = await store.swap(swap);
    if (outcome.kind !== 'confirmed') throw new Error(JSON.stringify(outcome));
    return outcome;
  };

  test('an absent key is null at revision 0', async () => {
    const { client } = await setUp();
    const absent = { kind: 'value', text: null, revision: '0', clusterId: expect.stringMatching(/^\d+$/) };
    expect(await client().read('state', budgetMs)).toMatchObject({ ...absent, headerRevision: expect.stringMatching(/^\d+$/) });
  });

  test('a swap creates what was absent, and every client reads it whole', async () => {
    const { client } = await setUp();
    const swap = swapOf('0', '{"words":"ä€𐍈\\n"}');
    const { revision } = await confirmed(client(), swap);
    expect(await client().read('state', budgetMs)).toMatchObject({ text: swap.text, revision, headerRevision: revision });
  });

  test('a swap on the present revision replaces the text, one on an older revision is lost to what stands there', async () => {
    const { client } = await setUp();
    const store = client();
    const first = await confirmed(store, swapOf('0'));
    const second = swapOf(first.revision);
    const { revision } = await confirmed(store, second);
    const lost = { kind: 'lost', current: { text: second.text, revision } };
    expect(await client().swap(swapOf(first.revision))).toEqual(lost);
    expect(await store.swap(swapOf('0'))).toEqual(lost);
  });

  test('a swap that expects a key which is absent is lost', async () => {
    const { client } = await setUp();
    expect(await client().swap(swapOf('1'))).toEqual({ kind: 'lost', current: { text: null, revision: '0' } });
  });

  test('of many swaps at the same time one is confirmed, and the others name it', async () => {
    const { client } = await setUp();
    const outcomes = await Promise.all(Array.from({ length: 6 }, (_, i) => client().swap(swapOf('0', `client ${i}`))));
    const winners = outcomes.filter((outcome) => outcome.kind === 'confirmed');
    expect(winners).toHaveLength(1);
    const current = { revision: winners[0]?.revision, text: expect.stringContaining('client') };
    expect(outcomes.filter((outcome) => outcome.kind === 'lost').map((outcome) => outcome.current)).toEqual(Array(5).fill(current));
  });

  test('a swap whose first reply is lost is confirmed by its nonce, from its first send', async () => {
    const { client, loseOneReply, heal, monotonicMs } = await setUp();
    const store = client();
    await store.read('state', budgetMs);
    await loseOneReply();
    const swap = swapOf('0');
    const beforeMs = monotonicMs();
    const swapping = store.swap(swap);
    const afterMs = monotonicMs();
    const outcome = await swapping;
    await heal();
    expect(outcome).toMatchObject({ kind: 'confirmed' });
    if (outcome.kind !== 'confirmed') return;
    expect(outcome.sentAtMs).toBeGreaterThanOrEqual(beforeMs);
    expect(outcome.sentAtMs).toBeLessThanOrEqual(afterMs);
    expect(await store.read('state', budgetMs)).toMatchObject({ text: swap.text, revision: outcome.revision });
  });

  test('a swap without any reply is unknown, and may have landed', async () => {
    const { client, loseReplies, heal } = await setUp();
    const store = client();
    await store.read('state', budgetMs);
    await loseReplies();
    const swap = swapOf('0', 'x', shortMs);
    expect(await store.swap(swap)).toEqual({ kind: 'unknown', reason: expect.stringMatching(/./) });
    await heal();
    await vi.waitFor(async () => expect(await store.read('state', budgetMs)).toMatchObject({ text: swap.text }), { timeout: budgetMs });
    expect(await store.swap(swapOf('0'))).toMatchObject({ kind: 'lost', current: { text: swap.text } });
  });

  test('a store that is out of reach is a reason, and nothing was written', async () => {
    const { client, loseRequests, heal } = await setUp();
    const store = client();
    await loseRequests();
    const unavailable = { kind: 'unavailable', reason: expect.stringMatching(/./) };
    const unknown = { kind: 'unknown', reason: expect.stringMatching(/./) };
    const calls = [
      store.read('state', shortMs),
      store.list({ prefix: 'member', newest: 9, budgetMs: shortMs }),
      store.swap(swapOf('0', 'x', shortMs)),
      store.put({ key: 'member/h1', text: 'x', budgetMs: shortMs }),
      store.append({ log: 'history', id: 'a', text: 'x', keep: 3, budgetMs: shortMs }),
    ];
    expect(await Promise.all(calls)).toEqual([unavailable, unavailable, unknown, unknown, unknown]);
    await heal();
    expect(await store.read('state', budgetMs)).toMatchObject({ text: null, revision: '0' });
  });

  test('another cluster than the one known gives no answer', async () => {
    const { client } = await setUp();
    const astray = client({ clusterId: '1' });
    const reason = expect.stringContaining('cluster');
    const outcomes = await Promise.all([astray.read('state', wrongMs), astray.swap(swapOf('0', 'x', wrongMs))]);
    expect(outcomes).toMatchObject([
      { kind: 'unavailable', reason },
      { kind: 'unknown', reason },
    ]);
  });

  test('the cluster that a read showed is the one that later clients may name', async () => {
    const { client } = await setUp();
    const read = await client().read('state', budgetMs);
    const clusterId = read.kind === 'value' ? read.clusterId : '';
    expect(await client({ clusterId }).read('state', budgetMs)).toMatchObject({ kind: 'value', clusterId });
  });

  test('a store that knows less than was seen before gives no answer', async () => {
    const { client } = await setUp();
    const { revision } = await confirmed(client(), swapOf('0'));
    expect(await client({ revisionFloor: revision }).read('state', budgetMs)).toMatchObject({ kind: 'value', revision });
    const ahead = client({ revisionFloor: `${BigInt(revision) + 1_000_000n}` });
    const reason = expect.stringContaining('revision');
    const outcomes = await Promise.all([ahead.read('state', wrongMs), ahead.swap(swapOf(revision, 'x', wrongMs))]);
    expect(outcomes).toMatchObject([
      { kind: 'unavailable', reason },
      { kind: 'unknown', reason },
    ]);
  });

  leaseListingContract(setUp);

  test('a watch hints at changes by others until it is told to stop', async () => {
    const { client } = await setUp();
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const hints: Hint[] = [];
    client().watch((hint) => hints.push(hint), stop.signal);
    let { revision } = await confirmed(client(), swapOf('0'));
    const hinted = async () => {
      ({ revision } = await confirmed(client(), swapOf(revision)));
      await vi.waitFor(() => expect(hints.at(-1)).toEqual(new Map([['state', revision]])), { timeout: 100 });
    };
    await vi.waitFor(hinted, { timeout: budgetMs });
    const put = await client().put({ key: 'request/pause', text: 'x', budgetMs });
    await vi.waitFor(() => expect(hints.at(-1)?.has('request/pause')).toBe(put.kind === 'written'), { timeout: budgetMs });
    stop.abort();
    const after = hints.length;
    await confirmed(client(), swapOf(revision));
    await client().read('state', budgetMs);
    expect(hints).toHaveLength(after);
  });

  test('what only a programmer can get wrong throws', async () => {
    const { client } = await setUp();
    const store = client();
    const swap = swapOf('0');
    const wrong = [
      { ...swap, budgetMs: 0 },
      { ...swap, key: '/state' },
      { ...swap, expectRevision: '' },
      { ...swap, text: 'without it' },
      { ...swap, nonce: 'x', text: 'x' },
    ];
    for (const each of wrong) await expect(store.swap(each)).rejects.toThrow(TypeError);
    await confirmed(store, swap);
    await expect(store.swap(swap)).rejects.toThrow(TypeError);
    await expect(store.read('a//b', budgetMs)).rejects.toThrow(TypeError);
    await expect(store.list({ prefix: 'a', newest: 0, budgetMs })).rejects.toThrow(TypeError);
  });
}
