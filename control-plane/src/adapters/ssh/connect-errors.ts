import type { NvError } from '../../core/errors.ts';
import { endpoint, sshError } from './ssh-errors.ts';
import type { SshTarget } from './target.ts';

/** What the SSH library rejects a connection with; `level` says at which stage. */
type LibraryError = Error & { readonly level?: string; readonly code?: string | number };

/** Whether the server hung up before it said a word, as sshd does beyond MaxStartups; worth another try. */
export function isRefusedBeforeBanner(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  const { message, code, level } = cause as LibraryError;
  return message === 'Connection lost before handshake' || (level === 'client-socket' && code === 'ECONNRESET');
}

/** The error of the catalogue for a connection that did not come about. `tried` names the credentials. */
export function connectError(target: SshTarget, cause: unknown, tried: readonly string[]): NvError {
  const error = cause as LibraryError;
  return isAuthentication(error) ? authError(target, error, tried) : unreachableError(target, error);
}

/** DISCONNECT with reason 2 or 14 comes when sshd has seen too many keys. */
function isAuthentication(error: LibraryError): boolean {
  return error.level === 'client-authentication' || error.level === 'agent' || /authentication failures/i.test(error.message);
}

function authError(target: SshTarget, error: LibraryError, tried: readonly string[]): NvError {
  const said = error.message === 'All configured authentication methods failed' ? '' : ` (${error.message})`;
  const list = tried.length > 0 ? `tried ${tried.join(', ')}` : 'there is no key to try';
  const hint = /too many/i.test(error.message)
    ? 'The ssh-agent offers more keys than sshd allows (MaxAuthTries): name one in ssh.key, or set ssh.agent to false.'
    : tried.length > 0
      ? `Add the public key to ~/.ssh/authorized_keys of ${target.user} on the host, or name another key in ssh.key.`
      : 'Name a private key in ssh.key of the inventory, or start an ssh-agent that holds one.';
  return sshError(
    target,
    { code: 'NV_SSH_AUTH', message: `${target.user}@${endpoint(target)} refused the login: ${list}${said}`, hint },
    error,
  );
}

const reasons: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  ECONNREFUSED: ['nothing listens there', 'Is sshd running, and is ssh.port right?'],
  EHOSTUNREACH: ['no route to the host', 'Is the host up and its address right?'],
  ENETUNREACH: ['no route to its network', 'Is the address right, or is a jump host needed (ssh.jump)?'],
  ETIMEDOUT: ['no answer', 'Is the host up, its address right and the port open in its firewall?'],
  ENOTFOUND: ['the name is unknown', 'Check the name in ssh.jump.'],
};

function unreachableError(target: SshTarget, error: LibraryError): NvError {
  const timedOut = error.level === 'client-timeout';
  const [reason, hint] = reasons[timedOut ? 'ETIMEDOUT' : `${error.code}`] ?? [error.message, undefined];
  const message = `cannot reach ${endpoint(target)}: ${reason}`;
  return sshError(target, { code: 'NV_SSH_UNREACHABLE', message, ...(hint && { hint }) }, error);
}
