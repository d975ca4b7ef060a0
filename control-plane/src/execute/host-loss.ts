import type { ErrorCode, Problem } from '../core/errors.ts';

const losses: readonly ErrorCode[] = ['NV_SSH_LOST', 'NV_SSH_TIMEOUT', 'NV_SSH_UNREACHABLE'];

/** Whether the code says that a host went away, not that something on it failed. */
export function isLoss(code: ErrorCode): boolean {
  return losses.includes(code);
}

/** A host's problem in an apply; where the host went away also with what to do about the rest of the work. */
export function withAdvice(problem: Problem & { readonly host: string }): Problem {
  if (!isLoss(problem.code)) return problem;
  const cause = problem.hint ? `${problem.hint} ` : '';
  return { ...problem, hint: `${cause}When ${problem.host} is back, apply again: what is done already is not repeated.` };
}
