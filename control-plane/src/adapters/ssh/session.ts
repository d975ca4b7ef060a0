import { constants } from 'node:os';
import type { ClientChannel } from 'ssh2';
import type { CommandOutput } from '../../core/remote-command.ts';
import { type Privilege, passwordPrompt, sealScript } from './launcher.ts';
import { lineSplitter, type MarkedOutput, markedOutput } from './marked-output.ts';
import { lostError, sshError } from './ssh-errors.ts';
import type { SshTarget } from './target.ts';

/** Bytes of output one stream of a command may have. */
export const outputLimitBytes = 64 * 1024 * 1024;

export type SessionRequest = {
  readonly target: SshTarget;
  /** Shell text with its secrets revealed. */
  readonly script: string;
  readonly mark: string;
  readonly privilege: Privilege;
  /** Given to sudo when, and only when, it asks. */
  readonly password?: string | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
  readonly limitBytes?: number;
};

/**
 * Talks with a launched shell until its channel closes. Sends the script at once, or after the mark where sudo may
 * first ask for a password. Rejects with NV_SUDO, NV_SSH_AUTH (the account runs no commands), NV_SSH_OUTPUT or NV_SSH_LOST.
 */
export function talk(channel: ClientChannel, request: SessionRequest): Promise<CommandOutput> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      reject(error);
      channel.close();
    };
    const send = () => channel.end(sealScript(request.script, request.mark));
    const lines = request.onLine && lineSplitter(request.onLine);
    const shared = streamOptions(request, fail);
    const asks = request.privilege === 'sudo-password';
    const stdout = markedOutput({ ...shared, ...(asks && { onStart: send }), ...(lines && { onText: lines.push }) });
    const stderr = markedOutput({ ...shared, ...(asks && { onPreamble: answerPrompt(channel, request, fail) }) });
    channel.on('data', stdout.push);
    channel.stderr.on('data', stderr.push);
    channel.on('error', fail);
    let exitCode: number | null = null;
    channel.on('exit', (code: number | null, signal?: string) => {
      exitCode = code ?? signalExitCode(signal);
    });
    channel.on('close', () => {
      lines?.end();
      if (exitCode === null) reject(lostError(request.target, 'it closed before the command ended'));
      else if (!stdout.started()) reject(refusedStart(request, stdout, stderr));
      else resolve({ exitCode, stdout: stdout.text(), stderr: stderr.text() });
    });
    if (!asks) send();
  });
}

function streamOptions(request: SessionRequest, fail: (error: Error) => void) {
  const limitBytes = request.limitBytes ?? outputLimitBytes;
  const message = `a command printed more than ${limitBytes} bytes`;
  return { mark: request.mark, limitBytes, onOverflow: () => fail(sshError(request.target, { code: 'NV_SSH_OUTPUT', message })) };
}

/** Answers sudo's first question; a second one means that the password was wrong. */
function answerPrompt(channel: ClientChannel, request: SessionRequest, fail: (error: Error) => void) {
  const prompt = passwordPrompt(request.mark);
  let answered = false;
  return (preamble: string) => {
    const questions = preamble.split(prompt).length - 1;
    if (questions > 1) return fail(sudoError(request, 'sudo does not accept the password', preamble));
    if (questions === 0 || answered) return;
    answered = true;
    channel.write(`${request.password}\n`);
  };
}

function refusedStart(request: SessionRequest, stdout: MarkedOutput, stderr: MarkedOutput): Error {
  const said = [stdout.preamble(), stderr.preamble()].join(' ').trim();
  if (request.privilege !== 'none') return sudoError(request, 'sudo did not start the command', said);
  const message = `user ${request.target.user} may log in but not run commands${said && `: ${said}`}`;
  return sshError(request.target, { code: 'NV_SSH_AUTH', message, hint: 'Give the account a login shell such as /bin/sh.' });
}

function sudoError(request: SessionRequest, message: string, said: string): Error {
  const words = said.replaceAll(passwordPrompt(request.mark), '').replace(/\s+/g, ' ').trim();
  const masked = request.password ? words.replaceAll(request.password, '[secret]') : words;
  const hint = request.password
    ? `Check the password secret and that ${request.target.user} is in the sudoers.`
    : `Allow ${request.target.user} sudo without a password (NOPASSWD), or name its password in ssh.become.passwordSecret.`;
  return sshError(request.target, { code: 'NV_SUDO', message: `${message}${masked && `: ${masked}`}`, hint });
}

/** As shells do: 128 and the signal's number. */
function signalExitCode(signal: string | undefined): number {
  return 128 + (constants.signals[signal as NodeJS.Signals] ?? 0);
}
