import { describe, expect, test } from 'vitest';
import { printRules, ruleLanes, rules } from '../../../../../agent/src/core/failover/rules/rules.ts';
import { goldenFiles } from '../../../../support/golden-files.ts';

describe('the table of rules', () => {
  test('is what is printed in test/golden/decide', async () => {
    const printed = { 'rules.txt': printRules(rules) };
    expect(await goldenFiles('decide', printed)).toEqual(printed);
  });

  test('names each rule once, after a rule of the protocol', () => {
    const ids = rules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^R(?:[1-9]|1[0-5])\.[a-z]+(?:-[a-z]+)*$/.test(id))).toEqual([]);
  });

  test('knows every lane, and says of every row when it acts', () => {
    expect(new Set(rules.map(({ lane }) => lane))).toEqual(new Set(ruleLanes));
    for (const { when, act } of rules) {
      expect(when.length).toBeGreaterThan(0);
      expect([...when, act].filter(({ name }) => name === '' || name === 'act')).toEqual([]);
    }
  });

  test('puts the fence before everything, and every row after those of its lane that are stricter', () => {
    expect(rules.findLastIndex(({ lane }) => lane === 'fence')).toBeLessThan(rules.findIndex(({ lane }) => lane === 'store'));
    for (const lane of ruleLanes) {
      const rows = rules.filter((rule) => rule.lane === lane).map(({ id, when }) => ({ id, names: when.map(({ name }) => name) }));
      const hidden = rows.filter(({ names }, at) => rows.slice(0, at).some((before) => before.names.every((name) => names.includes(name))));
      expect(hidden.map(({ id }) => id)).toEqual([]);
    }
  });
});
