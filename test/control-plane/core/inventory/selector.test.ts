import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildSite } from '../../../../control-plane/src/core/build-site.ts';
import type { Role } from '../../../../control-plane/src/core/inventory/schema.ts';
import { selectHosts } from '../../../../control-plane/src/core/inventory/selector.ts';
import { buildInventory } from '../../../support/build-inventory.ts';

const rolesOf: Record<string, Role[]> = {
  lb1: ['lb'],
  lb2: ['lb'],
  pg1: ['postgres'],
  pg2: ['postgres'],
  redis1: ['redis', 'sentinel'],
  redis2: ['redis'],
};
const names = Object.keys(rolesOf);
const universe = {
  hosts: Object.entries(rolesOf).map(([name, roles]) => ({ name, roles })),
  groups: { data: ['pg*', 'redis[1:2]'], first: ['lb1', 'pg1'], both: ['first', 'data'], empty: [], round: ['round', 'lb2'] },
};

describe('a pattern selects', () => {
  test.each([
    ['all', names],
    ['pg1', ['pg1']],
    ['postgres', ['pg1', 'pg2']],
    ['data', ['pg1', 'pg2', 'redis1', 'redis2']],
    ['both', ['lb1', 'pg1', 'pg2', 'redis1', 'redis2']],
    ['round', ['lb2']],
    ['*', names],
    ['pg*', ['pg1', 'pg2']],
    ['*1', ['lb1', 'pg1', 'redis1']],
    ['pg?', ['pg1', 'pg2']],
    ['[lp]*1', ['lb1', 'pg1']],
    ['??[!1]', ['lb2', 'pg2']],
    ['fir*', ['lb1', 'pg1']],
    ['redis[1:2]', ['redis1', 'redis2']],
    ['pg2,lb1', ['lb1', 'pg2']],
    ['pg2:lb1', ['lb1', 'pg2']],
    [' pg2 , lb1 ', ['lb1', 'pg2']],
    ['all,!lb', ['pg1', 'pg2', 'redis1', 'redis2']],
    ['!lb', ['pg1', 'pg2', 'redis1', 'redis2']],
    ['!lb:all', ['pg1', 'pg2', 'redis1', 'redis2']],
    ['data,&first', ['pg1']],
    ['&first', ['lb1', 'pg1']],
    ['all:&data:!pg1:!sentinel', ['pg2', 'redis2']],
    ['empty,lb1', ['lb1']],
  ])('%s', (pattern, expected) => {
    expect(selectHosts(pattern, universe)).toEqual(expected);
  });
});

describe('a pattern is refused', () => {
  test.each([
    '',
    ' ',
    ',',
    'pg3',
    'x*',
    'pg1,!pg1',
    'lb,&postgres',
    'empty',
    'control',
    'pg[1:3]',
    'pg[2:1]',
    '!',
    'pg[',
    'constructor',
    '__proto__',
    '~pg.*',
    `pg1${',pg1'.repeat(300)}`,
  ])('%j', (pattern) => {
    expect(() => selectHosts(pattern, universe)).toThrow(expect.objectContaining({ code: 'NV_SELECTOR', hint: expect.any(String) }));
  });

  test('with the nearest name', () => {
    expect(() => selectHosts('postgers', universe)).toThrow(expect.objectContaining({ hint: 'Did you mean "postgres"?' }));
    expect(() => selectHosts('all,!rediss1', universe)).toThrow(expect.objectContaining({ hint: 'Did you mean "redis1"?' }));
  });
});

test('a site is what a pattern is asked of', () => {
  expect(selectHosts('postgres,!n1', buildSite(buildInventory()))).toEqual(['n2', 'n3']);
});

test('groups in groups many levels deep cost no time', () => {
  const deep = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`g${n}`, [`g${n + 1}`, `g${n + 1}`]]));
  expect(selectHosts('g0', { ...universe, groups: { ...deep, g60: ['pg1'] } })).toEqual(['pg1']);
});

test('a glob of many stars costs no time', () => {
  expect(() => selectHosts(`${'*a'.repeat(40)}b`, { hosts: [{ name: 'a'.repeat(63), roles: [] }], groups: {} })).toThrow();
});

describe('for all patterns', () => {
  const word = fc.constantFrom(...names, 'all', 'lb', 'postgres', 'redis', 'sentinel', 'data', 'first', '*', 'pg*', '*1');
  const words = fc.array(word, { minLength: 1, maxLength: 4 });
  const select = (pattern: string): readonly string[] => {
    try {
      return selectHosts(pattern, universe);
    } catch (error) {
      expect(error).toMatchObject({ code: 'NV_SELECTOR' });
      return [];
    }
  };

  test('the order of the words does not matter, the order of the hosts is the inventory’s', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('', '', '!', '&'), word), { minLength: 1, maxLength: 5 }), (parts) => {
        const texts = parts.map(([sign, text]) => sign + text);
        const selected = select(texts.join(','));
        expect(select(texts.toReversed().join(':'))).toEqual(selected);
        expect([...selected].sort(byOrder)).toEqual(selected);
      }),
    );
  });

  test('union, intersection and exclusion are those of sets', () => {
    fc.assert(
      fc.property(words, word, (united, other) => {
        const left = new Set(united.flatMap((text) => select(text)));
        const right = new Set(select(other));
        expect(select(united.join(','))).toEqual(names.filter((name) => left.has(name)));
        expect(select(`${united.join(',')},&${other}`)).toEqual(names.filter((name) => left.has(name) && right.has(name)));
        expect(select(`${united.join(',')},!${other}`)).toEqual(names.filter((name) => left.has(name) && !right.has(name)));
      }),
    );
  });

  test('whatever is typed, hosts come back or NV_SELECTOR', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'pg12,:!&*?[]- lb'), maxLength: 20 }), (pattern) => {
        expect(select(pattern).every((name) => names.includes(name))).toBe(true);
      }),
    );
  });
});

function byOrder(a: string, b: string): number {
  return names.indexOf(a) - names.indexOf(b);
}
