import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readTrace, readVerdict, type Verdict } from '../model/verdict.ts';
import { repositoryPath } from '../support/repository-path.ts';

/** What a verifier printed, and what it means. */
type Recording = { readonly stdout: readonly string[]; readonly expect: Verdict };

const folder = repositoryPath('test/cases/model');
const recordings = readdirSync(folder).map((file): [string, Recording] => [
  file.replace('.json', ''),
  JSON.parse(readFileSync(join(folder, file), 'utf8')),
]);

test.each(recordings)('%s', (_, { stdout, expect: verdict }) => {
  expect(readVerdict(stdout.join('\n'))).toEqual(verdict);
});

test('an assertion without the number of a property is a fault of the model, never a verdict', () => {
  expect(() => readVerdict('pan:1: assertion violated (role[0]==2) (at depth 5)')).toThrow('without a number');
});

test('a trace is what the model tells, without what spin says of itself', () => {
  const told = [
    '      A sends a claim',
    'A sends a claim',
    "  A's claim lands",
    '  tick',
    'spin: trail ends after 3 steps',
    '#processes: 1',
  ];
  expect(readTrace(told.join('\n'))).toEqual(['A sends a claim', "  A's claim lands", '  tick']);
});
