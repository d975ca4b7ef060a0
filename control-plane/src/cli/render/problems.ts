import pc from 'picocolors';
import type { Problem } from '../../core/errors.ts';

/**
 * Problems for a terminal: place, code and message on one line, the hint below; a blank line between two, the number of
 * errors and warnings last. Whatever a file or host wrote into a message cannot steer the terminal.
 */
export function renderProblems(problems: readonly Problem[]): string {
  if (problems.length === 0) return '';
  return [...problems.map(problemText), sumOf(problems)].join('\n\n');
}

function problemText(problem: Problem): string {
  const { at, code, host, hint, message, rule, severity } = problem;
  const place = at ? `${pc.bold(`${printable(at.file)}:${at.line}:${at.column}`)} ` : '';
  const tint = severity === 'warning' ? pc.yellow : pc.red;
  const label = tint(`${severity ?? 'error'} ${code}`);
  const text = `${host ? `${printable(host)}: ` : ''}${printable(message)}${rule ? pc.dim(` (${rule})`) : ''}`;
  return `${place}${label}\n  ${text}${hint ? `\n  ${pc.cyan('hint')} ${printable(hint)}` : ''}`;
}

function sumOf(problems: readonly Problem[]): string {
  const warnings = problems.filter(({ severity }) => severity === 'warning').length;
  return [counted(problems.length - warnings, 'error'), counted(warnings, 'warning')].filter(Boolean).join(', ');
}

function counted(count: number, what: string): string {
  return count === 0 ? '' : `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** Writes control, format and separator characters as their code, line ends as a sign. */
function printable(text: string): string {
  return text.replace(/\r?\n/g, ' ⏎ ').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (letter) => {
    return `\\u{${(letter.codePointAt(0) ?? 0).toString(16)}}`;
  });
}
