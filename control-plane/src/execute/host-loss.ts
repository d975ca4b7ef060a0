import { type ErrorCode, NvError, type Problem } from '../core/errors.ts';

const losses: readonly ErrorCode[] = ['NV_SSH_LOST', 'NV_SSH_TIMEOUT', 'NV_SSH_UNREACHABLE'];

/** Whether the code says that a host went away, not that something on it failed. */
export function isLoss(code: ErrorCode): boolean {
  return losses.includes(code);
}

/** The problem of a host, with what to do where the host went away. */
export function withAdvice(error: unknown, problem: Problem): Problem {
  if (!(error instanceof NvError) || !isLoss(error.code)) return problem;
  return { ...problem, hint: `Bring ${problem.host} back, then apply again: what is done already is not repeated.` };
}
