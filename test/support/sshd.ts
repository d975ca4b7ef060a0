import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import type { SiteHost } from '../../control-plane/src/core/site.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** A real sshd on loopback, with keys, port and home directory of its own. Goes when the test ends. Needs root. */
export type Sshd = {
  readonly port: number;
  /** Holds `user` (a private key that may log in as root), `known_hosts` and `home/`. */
  readonly directory: string;
  /** The host as the inventory names it; `ssh` overrides its settings. */
  host(ssh?: Partial<SiteHost['ssh']>): SiteHost;
  /** Signals every process behind the listener: `SIGKILL` is a host that loses power, `SIGSTOP` one that hangs. */
  signalSessions(signal: NodeJS.Signals): Promise<void>;
  /** How many connections are open. */
  connections(): Promise<number>;
  /** Makes all later connections fail. */
  stop(): Promise<void>;
};

export type SshdOptions = {
  /** Further lines of sshd_config. */
  readonly config?: readonly string[];
  readonly sftp?: boolean;
  readonly hostKeyTypes?: readonly ('ed25519' | 'ecdsa' | 'rsa')[];
  readonly address?: string;
};

export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const directory = await temporaryDirectory();
  const { hostKeyTypes = ['ed25519'], address = '127.0.0.1', sftp = true } = options;
  const config = [...(options.config ?? []), ...(sftp ? ['Subsystem sftp internal-sftp'] : [])];
  const port = await freePort(address);
  for (const type of hostKeyTypes) generateKey(join(directory, `host_${type}`), type);
  generateKey(join(directory, 'user'), 'ed25519');
  await mkdir(join(directory, 'home'));
  await mkdir('/run/sshd', { recursive: true });
  await copyFile(join(directory, 'user.pub'), join(directory, 'authorized_keys'));
  const hostKeys = hostKeyTypes.map((type) => `HostKey ${directory}/host_${type}`);
  await writeFile(join(directory, 'sshd_config'), [...config, ...hostKeys, ...baseConfig({ directory, port, address })].join('\n'));
  const name = address.includes(':') || port !== 22 ? `[${address}]:${port}` : address;
  await writeFile(join(directory, 'known_hosts'), `${name} ${await publicKey(join(directory, `host_${hostKeyTypes[0]}`))}\n`);
  const listener = await listen(join(directory, 'sshd_config'));
  const sessions = (signal: NodeJS.Signals) => signalDescendants(listener.pid as number, signal);
  const stop = async () => {
    if (listener.exitCode !== null || listener.signalCode !== null) return;
    await sessions('SIGKILL');
    listener.kill('SIGKILL');
    await once(listener, 'exit');
  };
  const connections = async () => (await childrenByParent()).get(listener.pid as number)?.length ?? 0;
  onTestFinished(stop);
  return { port, directory, host: (ssh) => siteHost({ directory, port, address }, ssh), signalSessions: sessions, connections, stop };
}

/** Makes a key pair at `path` and `path.pub`. */
export function generateKey(path: string, type: string, passphrase = ''): void {
  execFileSync('ssh-keygen', ['-q', '-t', type, ...(type === 'rsa' ? ['-b', '2048'] : []), '-N', passphrase, '-C', 'test', '-f', path]);
}

/** Type and text of the public key beside a private one. */
export async function publicKey(path: string): Promise<string> {
  return (await readFile(`${path}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ');
}

type Place = { readonly directory: string; readonly port: number; readonly address: string };

/** A setting's first line counts, so the test's own lines come before these. */
function baseConfig({ directory, port, address }: Place): readonly string[] {
  return [
    `Port ${port}`,
    `ListenAddress ${address}`,
    `AuthorizedKeysFile ${directory}/authorized_keys`,
    `SetEnv HOME=${directory}/home`,
    'PermitRootLogin prohibit-password',
    'UsePAM no',
    'StrictModes no',
    'PidFile none',
    '',
  ];
}

function siteHost({ directory, port, address }: Place, ssh: Partial<SiteHost['ssh']> = {}): SiteHost {
  const settings = { user: 'root', port, key: join(directory, 'user'), knownHosts: join(directory, 'known_hosts'), agent: false };
  return { name: 'h1', address, roles: ['api'], index: 0, ssh: { ...settings, become: { method: 'sudo' }, ...ssh } };
}

async function freePort(address: string): Promise<number> {
  const server = createServer().listen(0, address);
  await once(server, 'listening');
  const bound = server.address();
  server.close();
  await once(server, 'close');
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  return bound.port;
}

async function listen(config: string) {
  const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    if (line.startsWith('Server listening')) {
      child.stderr.resume();
      return child;
    }
    lines.push(line);
  }
  throw new Error(`sshd does not start: ${lines.join(' ')}`);
}

async function signalDescendants(ancestor: number, signal: NodeJS.Signals): Promise<void> {
  const children = await childrenByParent();
  const below = (pid: number): number[] => (children.get(pid) ?? []).flatMap((child) => [child, ...below(child)]);
  for (const pid of below(ancestor)) signalIfAlive(pid, signal);
}

async function childrenByParent(): Promise<Map<number, number[]>> {
  const children = new Map<number, number[]>();
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  return children;
}

function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
