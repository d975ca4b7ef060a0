import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { closest, editDistance } from '../../../../control-plane/src/core/inventory/did-you-mean.ts';
import { matchesGlob } from '../../../../control-plane/src/core/inventory/glob.ts';
import { parseRange, textsOf } from '../../../../control-plane/src/core/inventory/host-range.ts';

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

describe('a range', () => {
  test.each([
    ['api[1:3]', ['api1', 'api2', 'api3']],
    ['web[08:10].x', ['web08.x', 'web09.x', 'web10.x']],
    ['[a:c]1', ['a1', 'b1', 'c1']],
    ['n[1:9:4]', ['n1', 'n5', 'n9']],
    ['n[5:5]', ['n5']],
  ])('%s', (text, expected) => {
    const range = parseRange(text);
    expect('reason' in range ? range : textsOf(range)).toEqual(expected);
  });

  test.each([
    'api',
    'api[]',
    'api[1]',
    'api[1:]',
    'api[:2]',
    'a[1:2]b[1:2]',
    'a[[1:2]]',
    'a[2:1]',
    'a[1:501]',
    'a[1:2:0]',
    'a[-1:2]',
    'a[a:2]',
  ])('is not %j', (text) => {
    expect(parseRange(text)).toHaveProperty('reason');
  });
});

describe('a glob', () => {
  test('of plain letters matches itself alone', () => {
    fc.assert(fc.property(letters(), letters(), (a, b) => matchesGlob(a, b) === (a === b)));
  });

  test('agrees with the regular expression it stands for', () => {
    const part = fc.constantFrom(['*', '.*'], ['?', '.'], ['[ab]', '[ab]'], ['[a-c]', '[a-c]'], ['[!a]', '[^a]'], ['a', 'a'], ['b', 'b']);
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), letters(), (parts, name) => {
        const expression = new RegExp(`^${parts.map(([, regular]) => regular).join('')}$`);
        expect(matchesGlob(parts.map(([glob]) => glob).join(''), name)).toBe(expression.test(name));
      }),
      { numRuns: 500 },
    );
  });

  test.each(['a[', 'a]', '[]', '[', 'a[b'])('%j matches nothing', (glob) => {
    expect(matchesGlob(glob, glob)).toBe(false);
  });
});

function letters() {
  return fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
}
