import { describe, expect, test } from 'vitest';
import type { Branch } from '../../../../agent/src/core/failover/record.ts';
import {
  branchesOf,
  type Descent,
  mergePromotions,
  noLineage,
  parseLineage,
  printLineage,
  relationTo,
} from '../../../../agent/src/core/postgres/lineage.ts';

const branch = (timeline: number, forkLsn: number, promotionId: string | null): Branch => ({
  timeline,
  forkLsn,
  promotionId,
  forced: false,
});
const one = branch(1, 0, null);
const two = branch(2, 100, 'p2');
const three = branch(3, 200, 'p3');
const promotion = { timeline: 2, forkLsn: 100, promotionId: 'p2', epoch: 4, forced: false };

const descent = (history: readonly Branch[], flushLsn: number | null = null, systemId = 's'): Descent => ({ systemId, history, flushLsn });

describe('relationTo', () => {
  const prefix = { kind: 'prefix' };
  const diverged = { kind: 'diverged', forced: false };
  const foreign = (why: string) => ({ kind: 'foreign', why });
  const unproven = branch(2, 100, null);

  test.each([
    { what: 'the same timeline is a prefix', own: [one, two], flushLsn: 500, source: [one, two], expected: prefix },
    { what: 'what ends at the fork is a prefix', own: [one, two], flushLsn: 200, source: [one, two, three], expected: prefix },
    { what: 'what goes on after the fork has diverged', own: [one, two], flushLsn: 201, source: [one, two, three], expected: diverged },
    { what: 'an unknown end has diverged', own: [one, two], flushLsn: null, source: [one, two, three], expected: diverged },
    {
      what: 'what a forced failover left behind says so',
      own: [one, two],
      flushLsn: 300,
      source: [one, two, { ...three, forced: true }],
      expected: { kind: 'diverged', forced: true },
    },
    {
      what: 'an own later timeline has diverged',
      own: [one, branch(2, 90, 'x')],
      flushLsn: 95,
      source: [one, branch(3, 80, 'p3')],
      expected: diverged,
    },
    {
      what: 'a twin is foreign',
      own: [one, branch(2, 100, 'x')],
      flushLsn: 110,
      source: [one, two, three],
      expected: foreign('same-number'),
    },
    {
      what: 'a twin below the top is foreign too',
      own: [one, branch(2, 90, 'x'), branch(4, 95, 'y')],
      flushLsn: 99,
      source: [one, two],
      expected: foreign('same-number'),
    },
    { what: 'no promotion proves nothing', own: [one, unproven], flushLsn: 110, source: [one, two], expected: foreign('no-proof') },
    { what: 'nor does none of the source', own: [one], flushLsn: 110, source: [one, unproven], expected: foreign('no-proof') },
    { what: 'two without are not the same', own: [one, unproven], flushLsn: 90, source: [one, unproven], expected: foreign('no-proof') },
    { what: 'more promotions than the source', own: [one, two], flushLsn: 110, source: [one], expected: foreign('ahead') },
    { what: 'no history at all', own: [], flushLsn: 110, source: [one], expected: foreign('no-proof') },
  ])('$what', ({ own, flushLsn, source, expected }) => {
    expect(relationTo(descent(source), descent(own, flushLsn))).toEqual(expected);
  });

  test('another system identifier is foreign', () => {
    expect(relationTo(descent([one]), descent([one], 0, 'other'))).toEqual({ kind: 'foreign', why: 'another-system' });
  });
});

describe('the lineage file', () => {
  test('is read as it was written', () => {
    const lineage = { promotions: [promotion], pending: { fromTimeline: 2, promotionId: 'p3', epoch: 5, forced: true } };
    expect(parseLineage(printLineage(lineage))).toEqual(lineage);
  });

  test.each([null, '', 'torn {', '{"promotions":[{"timeline":1}],"pending":null}'])('%j proves nothing', (text) => {
    expect(parseLineage(text)).toEqual(noLineage);
  });

  test('a timeline takes its promotion only if it begins where that one says', () => {
    const starts = [
      { timeline: 1, forkLsn: 0 },
      { timeline: 2, forkLsn: 100 },
      { timeline: 2, forkLsn: 101 },
    ];
    expect(branchesOf(starts, [promotion]).map(({ promotionId }) => promotionId)).toEqual([null, 'p2', null]);
  });

  test('rows are right where file and rows know one timeline, and the file keeps what no row knows', () => {
    const later = { ...promotion, timeline: 3, promotionId: 'p3' };
    const merged = mergePromotions([later], [{ ...later, promotionId: 'old' }, promotion]);
    expect(merged).toEqual([promotion, later]);
  });
});
