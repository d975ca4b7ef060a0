import { describe, expect, it } from 'vitest';
import { parseArguments } from '../bench/arguments.ts';
import { median, tableText } from '../bench/measure.ts';
import { recapOf } from '../bench/recap.ts';

describe('median', () => {
  it('is the middle of an odd number of values and the mean of the middle two of an even one', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 100])).toBe(3);
  });
});

describe('tableText', () => {
  it('makes every column as wide as its widest cell', () => {
    expect(
      tableText([
        ['a', 'time'],
        ['long', '1'],
      ]),
    ).toBe('a      time\nlong      1');
  });
});

describe('recapOf', () => {
  it("sums Ansible's closing table over the hosts", () => {
    const line = (host: string) => `${host} : ok=3 changed=1 unreachable=0 failed=0 skipped=2 rescued=0 ignored=0`;
    expect(recapOf(`x\nPLAY RECAP ****\n${line('a')}\n${line('b')}\n`)).toEqual({ hosts: 2, ok: 6, changed: 2, failed: 0, skipped: 4 });
  });

  it('refuses an output that has none', () => {
    expect(() => recapOf('boom')).toThrow('no recap');
  });
});

describe('parseArguments', () => {
  it('measures everything three times unless told otherwise', () => {
    expect(parseArguments(['apply'])).toEqual({
      bench: 'apply',
      runs: 3,
      parts: ['first', 'noop', 'change', 'scale'],
      hosts: [100, 300, 1000],
      keep: false,
    });
    expect(parseArguments(['apply', '--only', 'scale', '--hosts', '20', '--runs', '1'])).toMatchObject({
      runs: 1,
      parts: ['scale'],
      hosts: [20],
    });
  });

  it('renews a lease for two days unless told otherwise', () => {
    expect(parseArguments(['lease-soak'])).toEqual({ bench: 'lease-soak', renewals: 172_800 });
    expect(parseArguments(['lease-soak', '--renewals', '2000'])).toMatchObject({ renewals: 2000 });
  });

  it.each([[['other']], [['apply', '--only', 'all']], [['apply', '--runs', '0']], [['apply', '--wrong']]])('refuses %j', (words) => {
    expect(() => parseArguments(words)).toThrow(expect.objectContaining({ code: 'NV_USAGE' }));
  });
});
