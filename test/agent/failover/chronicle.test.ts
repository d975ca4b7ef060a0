import { expect, test } from 'vitest';
import type { HistoryEntry } from '../../../agent/src/contract/operator.ts';
import type { Decision } from '../../../agent/src/core/failover/decision.ts';
import type { Purpose } from '../../../agent/src/core/failover/intent.ts';
import { createChronicle } from '../../../agent/src/failover/chronicle.ts';
import { nodes, settledRecord } from '../../support/build-view.ts';

function openChronicle() {
  const history: HistoryEntry[] = [];
  const journal: unknown[] = [];
  const chronicle = createChronicle({
    host: 'a',
    journal: (_level, message, fields) => void journal.push([message, fields?.rule]),
    append: (entry) => void history.push(entry),
  });
  return { chronicle, history, journal };
}

/** A decision of a process that knows the record of `standing`, and writes one of `writes`. */
function decision(standing: string, writes?: { readonly nonce: string; readonly purpose: Purpose; readonly rule: string }): Decision {
  const { memory } = nodes.primary;
  const watch = { revision: 50, since: { monotonicMs: 0, boottimeMs: 0 }, found: { kind: 'record', record: recordOf(standing) } } as const;
  const swap = writes && ({ kind: 'swap', purpose: writes.purpose, record: recordOf(writes.nonce), expectRevision: 50 } as const);
  return {
    ruleId: writes?.rule ?? 'settled',
    why: { rules: [], saw: { phase: 'held' }, others: { b: { code: 'behind' } } },
    intents: swap ? [swap] : [],
    memory: { ...memory, watch },
    wakeAtMs: 0,
  };
}

const recordOf = (nonce: string) => ({ ...settledRecord, nonce });
const removal = { nonce: 'n2', purpose: 'remove-member', rule: 'R7.remove' } as const;

test('a change of the record is history once it stands there, and once only', () => {
  const { chronicle, history, journal } = openChronicle();
  chronicle.note(decision('n1', removal));
  expect(history).toEqual([]);
  expect(journal).toEqual([['decided', 'R7.remove']]);
  for (let i = 0; i < 2; i += 1) chronicle.note(decision('n2'));
  const seen = { saw: { phase: 'held' }, others: { b: { code: 'behind' } } };
  expect(history).toEqual([{ at: expect.stringMatching(/^20/), host: 'a', epoch: 3, kind: 'remove-member', rule: 'R7.remove', ...seen }]);
});

test('a change that was lost to another’s is none, however often it is tried', () => {
  const { chronicle, history } = openChronicle();
  chronicle.note(decision('n1', removal));
  chronicle.note(decision('n1', { ...removal, nonce: 'n3' }));
  chronicle.note(decision('of another'));
  expect(history).toEqual([]);
});

test('the turn that sees a change stand may write the next', () => {
  const { chronicle, history } = openChronicle();
  chronicle.note(decision('n1', removal));
  chronicle.note(decision('n2', { nonce: 'n4', purpose: 'add-member', rule: 'R6.add' }));
  chronicle.note(decision('n4', { nonce: 'n5', purpose: 'renew', rule: 'R3.renew' }));
  chronicle.note(decision('n5'));
  expect(history.map(({ rule }) => rule)).toEqual(['R7.remove', 'R6.add']);
});

test('of writes without an answer the one that stands is history', () => {
  const { chronicle, history } = openChronicle();
  chronicle.note(decision('n1', { nonce: 'n2', purpose: 'claim', rule: 'R4.claim-free' }));
  chronicle.note(decision('n1', { nonce: 'n3', purpose: 'free', rule: 'R5.free' }));
  chronicle.note(decision('n2'));
  chronicle.note(decision('n3'));
  expect(history.map(({ rule }) => rule)).toEqual(['R4.claim-free']);
});
