import { expect, test } from 'vitest';
import { seenLock } from '../../../../control-plane/src/core/run-lock/seen-lock.ts';
import { statusSite } from '../../../support/build-readings.ts';

const site = statusSite();
const keepers = site.byRole.etcd.map(({ name }) => name);
const fact = (promised: number, seen: number) => ({ 'run-lock': { self: { promised, seen } } });

test('the highest epoch given is known when a majority of the lock hosts answered', () => {
  const answers = keepers.map((name, i) => [name, fact(i + 3, 0)] as const);
  expect(seenLock(site, Object.fromEntries(answers))).toEqual({ given: keepers.length + 2, floor: 0 });
  expect(seenLock(site, Object.fromEntries(answers.slice(0, 1)))).toEqual({ given: null, floor: 0 });
});

test('the floor is the highest epoch any host has seen, and only lock hosts count for the rest', () => {
  const other = site.hosts.find(({ name }) => !keepers.includes(name))?.name ?? '';
  const facts = { ...Object.fromEntries(keepers.map((name) => [name, fact(3, 4)])), [other]: fact(99, 7) };
  expect(seenLock(site, facts)).toEqual({ given: 3, floor: 7 });
  expect(seenLock(site, {})).toEqual({ given: null, floor: 0 });
});
