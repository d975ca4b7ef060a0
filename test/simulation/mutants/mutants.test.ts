import { expect, it } from 'vitest';
import { readCases, readSeeds } from '../run/cases.ts';
import { runSeeds } from '../run/run-seeds.ts';
import { mutants } from './mutants.ts';

const seeds = Object.entries(readSeeds()).map(([name, seed]) => ({ name, seed }));

/** A change of the agent may move what a seed plays: so many others are tried before a bug counts as missed. */
const searched = 400;

it.each(seeds)('finds in a random schedule: $name', { timeout: 120_000 }, ({ name, seed }) => {
  const found = firstFailure(name, seed);
  expect(found).not.toBeNull();
  expect(failures(found as number, null)).toEqual([]);
});

it('knows for each bug a seed or a case that finds it', () => {
  const known = new Set([...seeds.map(({ name }) => name), ...readCases().flatMap(({ played }) => played.finds)]);
  expect([...known].sort()).toEqual(Object.keys(mutants).sort());
});

function firstFailure(mutant: string, expected: number): number | null {
  const candidates = [expected, ...Array.from({ length: searched }, (_, index) => index + 1)];
  return candidates.find((seed) => failures(seed, mutant).length > 0) ?? null;
}

function failures(seed: number, mutant: string | null) {
  return runSeeds({ from: seed, count: 1, bounds: {}, mutant }).failures;
}
