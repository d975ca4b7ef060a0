import { expect, test } from 'vitest';
import { batchLimit, partsOf, serialPattern } from '../../../control-plane/src/core/serial.ts';

test.each([
  [undefined, 10, Number.POSITIVE_INFINITY],
  ['3', 10, 3],
  ['3', 2, 3],
  ['30%', 10, 3],
  ['30%', 5, 1],
  ['1%', 10, 1],
  ['100%', 7, 7],
] as const)('serial %s of %i hosts allows %d at once', (serial, hosts, most) => {
  expect(batchLimit(serial, hosts)).toBe(most);
});

test.each(['0', '0%', '101%', '-1', '1.5', '', ' 2', '2 %', 'all'])('"%s" is no serial', (text) => {
  expect(serialPattern.test(text)).toBe(false);
  expect(() => batchLimit(text, 3)).toThrow();
});

test('a list is cut in order into parts that hold all of it', () => {
  expect(partsOf(['a', 'b', 'c'], 2)).toEqual([['a', 'b'], ['c']]);
  expect(partsOf(['a'], Number.POSITIVE_INFINITY)).toEqual([['a']]);
  expect(partsOf([], 2)).toEqual([[]]);
});
