import { expect, test } from 'vitest';
import { causeOf } from '../../../../agent/src/core/postgres/cause.ts';

test.each([
  ['53100', 'disk-full'],
  ['ENOSPC', 'disk-full'],
  ['EROFS', 'read-only'],
  ['42501', 'read-only'],
  ['EIO', 'io-error'],
  ['ECONNREFUSED', 'no-connection'],
  [undefined, 'no-connection'],
])('%s is the cause %s', (code, cause) => {
  expect(causeOf(code)).toBe(cause);
});

test.each(['53300', '57P03', '57P01'])('%s is what only a live server answers', (code) => {
  expect(causeOf(code)).toBeNull();
});
