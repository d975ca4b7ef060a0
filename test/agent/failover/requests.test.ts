import { expect, test, vi } from 'vitest';
import { createRequestBook, requestKey } from '../../../agent/src/failover/requests.ts';
import type { LeaseStore, Listed } from '../../../agent/src/ports/lease-store.ts';

const switchover = { kind: 'switchover', id: 's-1', epoch: 4, target: 'pg2', validMs: 60_000 } as const;
const entry = (text: string, revision = '1'): Listed => ({ key: 'request/switchover', text, revision });

function bookOf(entries: () => readonly Listed[] | null) {
  const refuse = vi.fn();
  const put = vi.fn(async () => ({ kind: 'written' as const, revision: '9' }));
  const list = async () => {
    const found = entries();
    return found ? { kind: 'entries' as const, entries: found } : { kind: 'unavailable' as const, reason: 'down' };
  };
  return { book: createRequestBook({ store: { list, put } as unknown as LeaseStore, budgetMs: 100, refuse }), refuse, put };
}

test('what is read anew and differs is news; what the store does not tell stands', async () => {
  let entries: readonly Listed[] | null = [entry(JSON.stringify(switchover))];
  const { book } = bookOf(() => entries);
  expect([await book.read(), await book.read()]).toEqual([true, false]);
  entries = null;
  expect(await book.read()).toBe(false);
  expect(book.all()).toEqual([switchover]);
});

test('a request that cannot be read is left out and told once', async () => {
  const { book, refuse } = bookOf(() => [entry('{"kind":"switchover"}')]);
  await book.read();
  await book.read();
  expect(book.all()).toEqual([]);
  expect(refuse).toHaveBeenCalledOnce();
});

test('an emptied place is no request', async () => {
  const { book, refuse } = bookOf(() => [entry('')]);
  await book.read();
  expect([book.all(), refuse.mock.calls]).toEqual([[], []]);
});

test('a request is taken back by emptying its place', async () => {
  const { book, put } = bookOf(() => [entry(JSON.stringify(switchover))]);
  await book.read();
  book.withdraw('another');
  book.withdraw('s-1');
  expect(put.mock.calls).toEqual([[{ key: 'request/switchover', text: '', budgetMs: 100 }]]);
});

test('requests about a host have a place per host', () => {
  expect(requestKey({ kind: 'reinit', id: 'r', host: 'pg2' })).toBe('request/reinit-pg2');
});
