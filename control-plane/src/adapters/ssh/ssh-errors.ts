import { type ErrorCode, NvError } from '../../core/errors.ts';
import type { SshTarget } from './target.ts';

/** An error about one host, which its message names. */
export function sshError(target: SshTarget, problem: { code: ErrorCode; message: string; hint?: string }, cause?: unknown): NvError {
  return new NvError({ ...problem, message: `${target.name}: ${problem.message}`, host: target.name }, { cause });
}

/** `10.0.0.1:22`, with brackets round an IPv6 address. */
export function endpoint(target: SshTarget): string {
  return `${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`;
}

export function lostError(target: SshTarget, detail: string, cause?: unknown): NvError {
  const hint = 'Whether the command ran to its end is not known; run again: every step looks before it acts.';
  return sshError(target, { code: 'NV_SSH_LOST', message: `the connection to ${endpoint(target)} was lost: ${detail}`, hint }, cause);
}

export function timeoutError(target: SshTarget, what: string, timeoutMs: number): NvError {
  return sshError(target, { code: 'NV_SSH_TIMEOUT', message: `${what} did not end within ${timeoutMs} ms` });
}
