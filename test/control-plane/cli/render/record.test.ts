import { expect, test } from 'vitest';
import type { HistoryEntry, StateAnswer } from '../../../../agent/src/contract/operator.ts';
import type { Ineligible } from '../../../../agent/src/core/failover/candidate.ts';
import { storeRules } from '../../../../agent/src/core/failover/rules/store-rules.ts';
import { renderExplanation } from '../../../../control-plane/src/cli/render/record.ts';
import { reasonWords, ruleWords } from '../../../../control-plane/src/core/operations/decision-words.ts';

const record: StateAnswer['record'] = {
  epoch: 5,
  phase: 'held',
  holder: { host: 'pg2' },
  primary: { host: 'pg2', incarnation: 'b' },
  members: [{ host: 'pg1', incarnation: 'a' }],
  publishedEpoch: 5,
  pause: null,
  requestId: null,
};

const takeOver: HistoryEntry = {
  at: '2026-01-01T00:00:00.000Z',
  host: 'pg2',
  epoch: 5,
  kind: 'claim',
  rule: 'R4.claim-expired',
  saw: { phase: 'held', holder: 'pg1', leads: false, cause: null },
  others: { pg1: { code: 'holds-the-lease' }, pg3: { code: 'behind', bytes: 16 } },
};

const explain = (...history: readonly HistoryEntry[]) => renderExplanation({ record, requests: [], history: [...history] });

test('an explanation says who did what and why, why no other host was chosen, and what was seen', () => {
  expect(explain(takeOver)).toMatchInlineSnapshot(`
    "primary pg2 (epoch 5), can take over: pg1

    2026-01-01T00:00:00.000Z  pg2 took the lease: its holder had not renewed it for its whole term (rule R4.claim-expired, epoch 5)
        pg1 held the lease
        pg3 lacks acknowledged commits bytes=16
        pg2 saw phase=held holder=pg1 leads=false"
  `);
});

test('a rule and a reason of a newer agent show by their names', () => {
  const text = explain({ ...takeOver, rule: 'R99.new', others: { pg1: { code: 'bewitched' } } });
  expect(text).toContain('pg2 claim (rule R99.new, epoch 5)');
  expect(text).toContain('pg1 bewitched');
});

test('a cluster in which nothing was decided says so', () => {
  expect(explain()).toContain('no decision is on record');
});

test('every rule that changes the record has its words', () => {
  const silent = ['R13.read', 'R13.poll', 'R1.renew', 'R2.settle', 'R3.prove'];
  const told = storeRules.map(({ id }) => id).filter((id) => !silent.includes(id));
  expect(Object.keys(ruleWords).sort()).toEqual(told.sort());
});

test('every reason why a server may not be promoted has its words', () => {
  const known: Record<Ineligible, true> = {
    'no-data': true,
    'other-system': true,
    'not-listed': true,
    'other-incarnation': true,
    'half-made': true,
    'position-unknown': true,
    behind: true,
    'other-lineage': true,
    'left-lineage-early': true,
  };
  expect(Object.keys(reasonWords)).toEqual(expect.arrayContaining(Object.keys(known)));
});
