import { describe, expect, test } from 'vitest';
import { checkLeftovers } from '../../../scripts/structure/leftovers.ts';

const findings = (path: string, text: string) => checkLeftovers([{ path, text }]).map(({ line, message }) => ({ line, message }));
const openMark = ['TO', 'DO'].join('');
const handler = ['cat', 'ch'].join('');

describe('leftovers', () => {
  test('an open mark is found in any kind of file, with its line', () => {
    expect(findings('README.md', `a\nb ${openMark}: c`)).toEqual([{ line: 2, message: expect.stringContaining('open mark') }]);
    expect(findings('templates/a.njk', `# ${openMark}`)).toHaveLength(1);
  });

  test.each([`try { a(); } ${handler} {}`, `try { a(); } ${handler} (error) {\n  // ignored\n}`, `try { a(); } ${handler} { /* no */ }`])(
    'a catch that does nothing is found: %s',
    (text) => {
      expect(findings('agent/src/tick.ts', text)).toEqual([{ line: 1, message: expect.stringContaining('does nothing') }]);
    },
  );

  test('a catch that handles its error passes', () => {
    expect(findings('agent/src/tick.ts', 'try { a(); } catch (error) {\n  // why\n  return null;\n}')).toEqual([]);
  });

  test('randomness is found in core and allowed elsewhere', () => {
    const text = `const jitter = ${['Math', 'random'].join('.')}();`;
    expect(findings('control-plane/src/core/plan.ts', text)).toHaveLength(1);
    expect(findings('control-plane/src/queue/worker.ts', text)).toEqual([]);
  });

  test.each(['control-plane/src/utils/a.ts', 'test/support/helpers.ts', 'agent/src/core/types.ts', 'agent/src/common.ts'])(
    'a name that says nothing is refused: %s',
    (path) => {
      expect(findings(path, '')).toEqual([{ line: undefined, message: expect.stringContaining('name the concept') }]);
    },
  );

  test('a name that merely contains such a word passes', () => {
    expect(findings('control-plane/src/core/outlets.ts', '')).toEqual([]);
    expect(findings('control-plane/src/core/mime-types.ts', '')).toEqual([]);
  });
});
