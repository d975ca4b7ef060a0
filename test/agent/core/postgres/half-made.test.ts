import { expect, test } from 'vitest';
import { parseHalfMade, printHalfMade } from '../../../../agent/src/core/postgres/half-made.ts';

test('a mark is read as it was written, and no file is no mark', () => {
  const half = { phase: 'rewound', from: 'pg2' } as const;
  expect(parseHalfMade(printHalfMade(half))).toEqual(half);
  expect(parseHalfMade(null)).toBeNull();
});

test.each(['', 'torn', '{"phase":"done","from":"pg2"}'])('%j is the worst it can mean', (text) => {
  expect(parseHalfMade(text)).toEqual({ phase: 'rewinding', from: 'unknown' });
});
