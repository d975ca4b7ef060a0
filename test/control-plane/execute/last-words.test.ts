import { expect, test } from 'vitest';
import { lastWords } from '../../../control-plane/src/execute/last-words.ts';

test('the last 40 lines are kept, fewer where they are long, and none in part', () => {
  const numbered = Array.from({ length: 100 }, (_, i) => `line ${i}`);
  expect(lastWords(numbered.join('\n')).split('\n')).toEqual(numbered.slice(60));
  const long = ['a'.repeat(3000), 'b'.repeat(2000), 'c'.repeat(2000)];
  expect(lastWords(long.join('\n'))).toBe(long.slice(1).join('\n'));
});

test('of one endless line the end is kept', () => {
  expect(lastWords(`${'x'.repeat(10_000)}end`)).toHaveLength(4096);
});
