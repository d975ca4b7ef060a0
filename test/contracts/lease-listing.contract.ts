import { expect, test } from 'vitest';
import type { LeaseStore } from '../../agent/src/ports/lease-store.ts';

/** Longer than any hiccup of a busy machine. */
const budgetMs = 10_000;

/** What every lease store must do for keys that are many; each `client` is another one of the same store. */
export function leaseListingContract(setUp: () => Promise<{ client(): LeaseStore }>): void {
  test('a list holds the newest of its prefix and nothing else, oldest first', async () => {
    const { client } = await setUp();
    const store = client();
    for (const [key, text] of Object.entries({ 'member/b': '1', 'member/a': '2', 'member/c': '3', members: 'x', memb: 'x' }))
      expect(await store.put({ key, text, budgetMs })).toMatchObject({ kind: 'written', revision: expect.stringMatching(/^\d+$/) });
    await store.put({ key: 'member/b', text: 'ä', budgetMs });
    const listed = await client().list({ prefix: 'member', newest: 9, budgetMs });
    const entries = listed.kind === 'entries' ? listed.entries : [];
    expect(entries.map(({ key, text }) => [key, text])).toEqual(Object.entries({ 'member/b': 'ä', 'member/a': '2', 'member/c': '3' }));
    expect(await store.list({ prefix: 'member', newest: 1, budgetMs })).toEqual({ kind: 'entries', entries: entries.slice(-1) });
    expect(await store.list({ prefix: 'nobody', newest: 1, budgetMs })).toEqual({ kind: 'entries', entries: [] });
  });

  test('a log keeps its newest entries; an id that comes again is one entry', async () => {
    const { client } = await setUp();
    const store = client();
    for (const id of ['c', 'a', 'b', 'd', 'd']) await store.append({ log: 'history', id, text: `text of ${id}`, keep: 3, budgetMs });
    const listed = await store.list({ prefix: 'history', newest: 9, budgetMs });
    expect(listed.kind === 'entries' && listed.entries.map(({ key }) => key)).toEqual(['history/a', 'history/b', 'history/d']);
  });
}
