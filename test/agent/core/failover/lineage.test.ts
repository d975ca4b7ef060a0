import { describe, expect, test } from 'vitest';
import { kinship } from '../../../../agent/src/core/failover/lineage.ts';
import type { Branch } from '../../../../agent/src/core/failover/record.ts';

const branch = (timeline: number, forkLsn: number, promotionId: string | null): Branch => ({
  timeline,
  forkLsn,
  promotionId,
  forced: false,
});
const first = branch(1, 0, null);
const a2 = branch(2, 1000, '1.a');
const b3 = branch(3, 2000, '2.b');
const theirs = [first, a2, b3];

describe('data, compared with a server that went from timeline 2 to 3 at 2000', () => {
  test.each([
    ['are of the same timeline', { history: theirs, flushLsn: null }, 'same'],
    ['left off before the fork', { history: [first, a2], flushLsn: 2000 }, 'behind'],
    ['went beyond the fork', { history: [first, a2], flushLsn: 2001 }, 'ahead'],
    ['left off on timeline 1', { history: [first], flushLsn: 900 }, 'behind'],
    ['went beyond an older fork', { history: [first], flushLsn: 1001 }, 'ahead'],
    ['cannot tell where they end', { history: [first, a2], flushLsn: null }, 'unknown'],
    ['have no history', { history: [], flushLsn: 0 }, 'unknown'],
    ['made a timeline of another number', { history: [first, a2, b3, branch(4, 2500, '3.c')], flushLsn: 3000 }, 'ahead'],
    ['made the same number by another promotion', { history: [first, a2, branch(3, 2000, '2.c')], flushLsn: 2100 }, 'stranger'],
    ['have a timeline that nothing proves', { history: [first, branch(2, 1000, null)], flushLsn: 1500 }, 'stranger'],
    ['share nothing', { history: [branch(7, 0, 'x')], flushLsn: 10 }, 'stranger'],
  ] as const)('which %s', (_case, mine, expected) => {
    expect(kinship(mine, theirs)).toBe(expected);
  });

  test('are kept where a forced failover made the difference', () => {
    const forced = [first, a2, { ...b3, forced: true }];
    expect(kinship({ history: [first, a2], flushLsn: 2001 }, forced)).toBe('kept');
    expect(kinship({ history: [first, a2, branch(3, 2000, '2.c')], flushLsn: 2100 }, forced)).toBe('kept');
    expect(kinship({ history: [first, a2], flushLsn: 1999 }, forced)).toBe('behind');
  });

  test('cannot be compared with nothing', () => {
    expect(kinship({ history: [first], flushLsn: 1 }, [])).toBe('unknown');
  });
});
