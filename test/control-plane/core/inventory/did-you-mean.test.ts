import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { closest, editDistance } from '../../../../control-plane/src/core/inventory/did-you-mean.ts';

describe('the edit distance', () => {
  test.each([
    ['', '', 0],
    ['a', '', 1],
    ['kitten', 'sitting', 3],
    ['reids', 'redis', 1],
    ['ab', 'ba', 1],
  ])('of %j and %j is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  test('is the same both ways and no longer than the longer word', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(editDistance(a, a)).toBe(0);
      }),
    );
  });

  test('names nothing when all candidates are far', () => {
    expect(closest('wombat', ['redis', 'postgres'])).toBeUndefined();
    expect(closest('x', [])).toBeUndefined();
  });
});
