import pc from 'picocolors';
import { catalogue, NvError, type Problem } from '../../core/errors.ts';

/** An error for the terminal: every problem with its code, place and hint; a bug with its stack. */
export function errorText(error: unknown): string {
  if (error instanceof NvError) return error.problems.map(problemText).join('\n');
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${pc.red('NV_UNEXPECTED')} ${detail}\n  ${pc.cyan('hint')} this is a bug of netvis-ctl: please report it with the lines above`;
}

export function exitCodeOfError(error: unknown): number {
  return error instanceof NvError ? catalogue[error.code].exit : catalogue.NV_UNEXPECTED.exit;
}

/** One problem, its place first where it has one. */
export function problemText(problem: Problem): string {
  const at = problem.at ? `${problem.at.file}:${problem.at.line}:${problem.at.column}: ` : '';
  const host = problem.host ? `${problem.host}: ` : '';
  return `${at}${pc.red(problem.code)} ${host}${problem.message}${problem.hint ? `\n  ${pc.cyan('hint')} ${problem.hint}` : ''}`;
}
