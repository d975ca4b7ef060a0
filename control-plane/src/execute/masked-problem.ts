import type { Problem } from '../core/errors.ts';
import { problemOf } from './advance-run.ts';

const maxCharacters = 2000;

/** What was thrown, as it may be stored and shown: the host's own words in it may hold a secret, and no end. */
export function maskedProblem(error: unknown, mask: (text: string) => string): Problem {
  const problem = problemOf(error);
  return { ...problem, message: mask(problem.message).slice(0, maxCharacters) };
}
