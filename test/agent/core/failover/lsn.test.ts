import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatLsn, parseLsn } from '../../../../agent/src/core/failover/lsn.ts';

describe('an LSN', () => {
  test('is read from and written in PostgreSQL notation', () => {
    expect(parseLsn('0/3000060')).toBe(0x3000060);
    expect(parseLsn('16/B374D848')).toBe(0x16_b374_d848);
    expect(formatLsn(0x16_b374_d848)).toBe('16/B374D848');
    expect(formatLsn(0)).toBe('0/0');
  });

  test('survives printing and reading, over its whole range', () => {
    fc.assert(fc.property(fc.maxSafeNat(), (lsn) => parseLsn(formatLsn(lsn)) === lsn));
  });

  test.each(['', '0', '0/', '/0', '0/G', '0/123456789', '200000/0', 'FFFFFFFF/FFFFFFFF', ' 0/0'])('is not read from %j', (text) => {
    expect(parseLsn(text)).toBeNull();
  });
});
