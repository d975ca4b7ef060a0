import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { renderProblems } from '../../../../control-plane/src/cli/render/problems.ts';
import type { Problem } from '../../../../control-plane/src/core/errors.ts';

test('no problem is no text', () => {
  expect(renderProblems([])).toBe('');
});

test('place, code, message, rule and hint of each problem, then their number', () => {
  const at = { file: 'i.yaml', line: 3, column: 7 };
  const problems: Problem[] = [
    { code: 'NV_TOPOLOGY', message: 'two of one', hint: 'Choose.', at, rule: 'vip-twice', severity: 'error' },
    { code: 'NV_TOPOLOGY', message: 'alone', rule: 'lb-single', severity: 'warning' },
    { code: 'NV_SSH_AUTH', message: 'no key fits', host: 'pg1' },
  ];
  expect(stripVTControlCharacters(renderProblems(problems))).toBe(
    [
      'i.yaml:3:7 error NV_TOPOLOGY\n  two of one (vip-twice)\n  hint Choose.',
      'warning NV_TOPOLOGY\n  alone (lb-single)',
      'error NV_SSH_AUTH\n  pg1: no key fits',
      '2 errors, 1 warning',
    ].join('\n\n'),
  );
});

test('nothing in a problem steers the terminal', () => {
  const message = 'a\u001b[2Jb\u009bc\u202ed\ne';
  const text = stripVTControlCharacters(renderProblems([{ code: 'NV_UNEXPECTED', message }]));
  expect(text).toContain('a\\u{1b}[2Jb\\u{9b}c\\u{202e}d ⏎ e');
});
