import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { gatewayAsker } from '../../../../agent/src/adapters/etcd/ask.ts';
import { recordVerbs } from '../../../../agent/src/adapters/etcd/record-verbs.ts';
import { type Says, scriptedExchange } from '../../../support/scripted-exchange.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A store of cluster 7, seen at revision 3 before, whose members say what the test wants. */
function storeThatSays(says: Says) {
  const exchange = scriptedExchange(says);
  const known = { clusterId: '7', revisionFloor: '3' };
  const asker = gatewayAsker({ endpoints: Object.keys(says), hedgeMs: 50, known }, exchange);
  return { store: recordVerbs(asker, { root: 'r/', monotonicMs: () => 42 }), asked: exchange.asked };
}

/** The outcome once the whole budget has passed in virtual time. */
async function inTime<T>(outcome: Promise<T>): Promise<T> {
  await vi.advanceTimersByTimeAsync(300);
  return outcome;
}

const header = (revision: string) => ({ cluster_id: '7', member_id: '1', revision, raft_term: '2' });
const base64 = (words: string) => Buffer.from(words).toString('base64');
const standing = (words: string, revision: string) => ({
  response_range: {
    header: { revision: '9' },
    kvs: [{ key: base64('r/state'), value: base64(words), mod_revision: revision }],
    count: '1',
  },
});
const nonce = 'a-nonce-of-this-test';
const swap = { key: 'state', expectRevision: '5', text: nonce, nonce, budgetMs: 300 };

test('a swap is sent as a transaction on the revision of the key', async () => {
  const { store, asked } = storeThatSays({ a: [{ header: header('6'), succeeded: true, responses: [{ response_put: {} }] }] });
  expect(await inTime(store.swap(swap))).toEqual({ kind: 'confirmed', revision: '6', sentAtMs: 42 });
  const key = base64('r/state');
  const body = {
    compare: [{ key, target: 'MOD', result: 'EQUAL', mod_revision: '5' }],
    success: [{ request_put: { key, value: base64(nonce) } }],
    failure: [{ request_range: { key } }],
  };
  expect(asked).toEqual([['a', { path: '/v3/kv/txn', body }]]);
});

test.for<[string, unknown, string]>([
  ['no JSON', '<html>', 'JSON'],
  ['nothing', '', 'JSON'],
  ['an answer without its header', { succeeded: true }, 'header'],
  ['a number where text belongs', { header: { cluster_id: 7, revision: '9' }, succeeded: true }, 'cluster_id'],
  ['an error', new Error('it answers 429: database space exceeded'), 'it answers 429: database space exceeded'],
  ['a lower revision', { header: header('2'), succeeded: true }, 'behind 3'],
  ['another cluster', { header: { cluster_id: '8', revision: '9' }, succeeded: true }, 'cluster 8'],
  ['a failed compare without what it found', { header: header('9') }, 'does not say what it found'],
  ['a failed compare that holds', { header: header('9'), responses: [standing('x', '5')] }, 'the compare that holds'],
])('%s is no proof of a swap: it is unknown, with the reason', async ([, reply, reason]) => {
  const { store } = storeThatSays({ a: [reply] });
  expect(await inTime(store.swap(swap))).toEqual({ kind: 'unknown', reason: expect.stringMatching(new RegExp(`^a: .*${reason}.*$`)) });
});

test('what is no proof at one member is asked of the next at once, and the good one is asked first from then on', async () => {
  const good = { header: header('9'), kvs: standing('v', '8').response_range.kvs };
  const { store, asked } = storeThatSays({ a: [new Error('connection refused')], b: [new Error('raft proposal dropped')], c: [good] });
  for (let n = 0; n < 3; n += 1)
    expect(await store.read('state', 300)).toMatchObject({ kind: 'value', text: 'v', revision: '8', headerRevision: '9' });
  expect(asked.map(([endpoint]) => endpoint)).toEqual(['a', 'b', 'c', 'c', 'c']);
});

test('a failed compare that finds this very text is our success at the revision where it stands', async () => {
  const { store } = storeThatSays({ a: [{ header: header('9'), responses: [standing(nonce, '6')] }] });
  expect(await inTime(store.swap(swap))).toEqual({ kind: 'confirmed', revision: '6', sentAtMs: 42 });
});

test('a failed compare that finds a text of another nonce, or nothing, is lost', async () => {
  const nothing = { response_range: { header: { revision: '9' } } };
  const { store } = storeThatSays({
    a: [
      { header: header('9'), responses: [standing('another', '8')] },
      { header: header('9'), responses: [nothing] },
    ],
  });
  expect(await inTime(store.swap(swap))).toEqual({ kind: 'lost', current: { text: 'another', revision: '8' } });
  const next = { ...swap, nonce: `${nonce}-2`, text: `${nonce}-2` };
  expect(await inTime(store.swap(next))).toEqual({ kind: 'lost', current: { text: null, revision: '0' } });
});
