import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesGlob } from '../../../../control-plane/src/core/inventory/glob.ts';

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
