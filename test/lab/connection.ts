import { connect } from 'node:net';
import type { Host, LabFiles } from './layout.ts';

/** The ssh argv that reaches a host as its login, with the lab's own key and known hosts and no file of the user's. */
export function sshArgv(host: Host, files: LabFiles, command: readonly string[] = []): string[] {
  const options = ['IdentitiesOnly=yes', 'StrictHostKeyChecking=yes', `UserKnownHostsFile=${quoted(files.knownHosts)}`, 'ConnectTimeout=5'];
  const quiet = ['BatchMode=yes', 'LogLevel=ERROR', 'ServerAliveInterval=5', 'GlobalKnownHostsFile=/dev/null'];
  const settings = [...options, ...quiet].flatMap((option) => ['-o', option]);
  const target = `${host.login}@${host.address}`;
  return ['ssh', '-F', '/dev/null', '-i', files.identity, ...settings, ...(command.length === 0 ? ['-t'] : []), target, ...command];
}

/** The same command with root's rights, for whatever login the host has. `-k`: sudo always reads the password, so none is left for the command. */
export function asRoot(host: Pick<Host, 'login'>, command: string, password: string): { readonly command: string; readonly input: string } {
  if (host.login === 'root') return { command, input: '' };
  const shell = `sh -c ${quoteWord(command)}`;
  if (host.login === 'netvis') return { command: `sudo -n ${shell}`, input: '' };
  return { command: `sudo -k -S -p '' ${shell}`, input: `${password}\n` };
}

/** One word of a POSIX shell. */
export function quoteWord(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Whether an ssh server greets at the address within `timeoutMs`. */
export function greets(address: string, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 22, timeout: timeoutMs });
    const answer = (value: boolean) => {
      socket.destroy();
      resolve(value);
    };
    socket.once('data', (chunk) => answer(chunk.toString().startsWith('SSH-2.0')));
    for (const event of ['timeout', 'error', 'close']) socket.once(event, () => answer(false));
  });
}

/** A value of an ssh option that may hold spaces. */
function quoted(path: string): string {
  return `"${path}"`;
}
