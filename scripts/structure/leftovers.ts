/** Things that have no place in a finished file. */
import { type Finding, lineAt, type TreeFile } from './tree.ts';

type TextRule = { readonly files: RegExp; readonly pattern: RegExp; readonly message: string };

const code = /\.(ts|tsx|mjs|cjs)$/;
// The marks are put together from parts so that this file does not break its own rule.
const openMarks = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX'].join('|')})\\b`, 'g');

const textRules: readonly TextRule[] = [
  { files: /^(?!pnpm-lock\.yaml$)/, pattern: openMarks, message: 'an open mark: finish it or drop it' },
  {
    files: code,
    pattern: /\bcatch\s*(?:\([^)]*\)\s*)?\{(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*\}/g,
    message: 'a catch that does nothing hides a failure',
  },
  { files: /\/core\/.*\.ts$/, pattern: /\bMath\.random\b/g, message: 'core has no randomness: take it as an argument' },
  { files: code, pattern: /@ts-(?:ignore|nocheck|expect-error)/g, message: 'a type error is mended, not silenced' },
];

const forbiddenName = /(^|\/)(utils?|helpers?|common|types|misc)(\/|\.[a-z.]+$)/;

export function checkLeftovers(files: readonly TreeFile[]): Finding[] {
  return files.flatMap((file) => [
    ...(forbiddenName.test(file.path) ? [{ path: file.path, message: 'name the concept: this name says nothing' }] : []),
    ...textRules.filter((rule) => rule.files.test(file.path)).flatMap((rule) => matches(file, rule)),
  ]);
}

function matches(file: TreeFile, rule: TextRule): Finding[] {
  return [...file.text.matchAll(rule.pattern)].map((match) => ({
    path: file.path,
    line: lineAt(file.text, match.index),
    message: rule.message,
  }));
}
