import { describe, expect, test } from 'vitest';
import { parseRange, textsOf } from '../../../../control-plane/src/core/inventory/host-range.ts';

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
