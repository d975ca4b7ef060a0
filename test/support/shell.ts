import { spawnSync } from 'node:child_process';
import { type CommandOutput, type RemoteCommand, toShell } from '../../control-plane/src/core/remote-command.ts';

/** Runs a command as a host does: its text on the standard input of `/bin/sh`. Tokens stay as they are. */
export function runShell(command: RemoteCommand, env: Readonly<Record<string, string>> = {}): CommandOutput {
  const text = toShell(command, (token) => token);
  const { status, stdout, stderr } = spawnSync('/bin/sh', [], { input: text, encoding: 'utf8', env: { ...process.env, ...env } });
  return { exitCode: status ?? -1, stdout, stderr };
}
