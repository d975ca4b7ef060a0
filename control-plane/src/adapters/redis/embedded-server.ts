import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NvError } from '../../core/errors.ts';
import { withFileLock } from '../file-lock.ts';
import { pingSocket } from './ping-socket.ts';

const pollMs = 5;
const fullDiskBytes = 4_194_304;
const defaultPath = '/usr/local/bin:/usr/bin:/bin';
const startTimeoutMs = 30_000;
/** How long an ending server may take; then the next one gives up. */
const stopSeconds = 20;
/** Exit code of flock(1) when its program does not exist. */
const noProgram = 69;
/** Ends the server with pid $1: by its socket, else, when that is gone, by signal if it is the one that works here. */
const endScript = `timeout ${stopSeconds} redis-cli -s redis.sock shutdown && exit; [ "/proc/$1/cwd" -ef . ] && kill "$1"`;
/** What a unix socket's address can hold. */
const maxSocketPath = 107;

const serverArguments = [
  ['--port', '0', '--unixsocket', 'redis.sock', '--unixsocketperm', '600'],
  ['--appendonly', 'yes', '--appendfsync', 'always', '--aof-load-truncated', 'yes', '--save', ''],
  // A run writes 250 KB, nearly all of it jobs that are gone at its end, and every start reads the whole file.
  ['--auto-aof-rewrite-percentage', '100', '--auto-aof-rewrite-min-size', '2mb'],
  ['--maxmemory-policy', 'noeviction', '--daemonize', 'no', '--logfile', ''],
].flat();

/** Path of the server's socket in `directory`. Throws NV_QUEUE when it is too long for a socket. */
export function socketPath(directory: string): string {
  const path = join(directory, 'redis.sock');
  if (Buffer.byteLength(path) <= maxSocketPath) return path;
  throw new NvError({ code: 'NV_QUEUE', message: `${path} is too long for a socket`, hint: 'name a shorter NETVIS_STATE_DIR' });
}

/** The file whose shared lock every client holds: its server lives until the last of them is gone, however it went. */
export function clientsPath(directory: string): string {
  return join(directory, 'clients');
}

/**
 * Starts redis-server in `directory` unless one answers there; returns when it answers. The caller holds the shared lock
 * on `clientsPath`; `searchPath` is where the programs are looked for. The server is nobody's child and survives its starter. Rejects with NV_QUEUE, the server's own words in it.
 */
export async function ensureServer(directory: string, searchPath: string | undefined): Promise<void> {
  if ((await pingSocket(socketPath(directory))) === 'ready') return;
  await withFileLock(join(directory, 'start'), async () => {
    const state = await pingSocket(socketPath(directory));
    if (state === 'ready') return;
    await becomesReady(directory, state === 'busy' ? null : await startServer(directory, searchPath));
  });
}

async function startServer(directory: string, searchPath = defaultPath): Promise<ChildProcess> {
  const log = await open(join(directory, 'log'), 'w', 0o600);
  // Nothing of our environment: it may hold secrets, and the server outlives us.
  const options = { cwd: directory, detached: true, env: { PATH: searchPath, LC_ALL: 'C.UTF-8' } } as const;
  // A server that hangs must not get a second one beside it on the same files.
  const alone = ['--no-fork', '--wait', `${stopSeconds}`, 'server', 'redis-server'];
  try {
    const server = detach(spawn('flock', [...alone, ...serverArguments], { ...options, stdio: ['ignore', log.fd, log.fd] }));
    const end = ['--exclusive', '--close', clientsPath(directory), 'sh', '-c', endScript, 'sh', `${server.pid}`];
    detach(spawn('flock', end, { ...options, stdio: 'ignore' }));
    return server;
  } finally {
    await log.close();
  }
}

function detach(child: ChildProcess): ChildProcess {
  child.unref();
  // A child that cannot be started has no pid, which is what is looked at.
  child.on('error', () => child.pid);
  return child;
}

async function becomesReady(directory: string, child: ChildProcess | null): Promise<void> {
  const deadline = performance.now() + startTimeoutMs;
  while (performance.now() < deadline) {
    if ((await pingSocket(socketPath(directory))) === 'ready') return;
    if (child && hasEnded(child)) break;
    await sleep(pollMs);
  }
  throw await startFailure(directory, child);
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

async function startFailure(directory: string, child: ChildProcess | null): Promise<NvError> {
  if (child?.exitCode === noProgram) {
    const hint = 'apt-get install redis-server, or name a Redis in NETVIS_REDIS_URL';
    return new NvError({ code: 'NV_QUEUE', message: 'redis-server, which keeps the queue, is not installed', hint });
  }
  return await serverTrouble(directory, 'did not start');
}

/** NV_QUEUE with the server's last words, and the full disk as its hint where that is the reason. */
export async function serverTrouble(directory: string, what: string): Promise<NvError> {
  const lines = (await readFile(join(directory, 'log'), 'utf8')).trim().split('\n').slice(-3).join(' | ');
  const disk = await statfs(directory);
  const full = disk.bavail * disk.bsize < fullDiskBytes;
  const hint = full
    ? `the disk of ${directory} is full`
    : `see ${join(directory, 'log')}; moving ${directory} away starts with an empty queue`;
  return new NvError({ code: 'NV_QUEUE', message: `redis-server ${what}: ${lines}`, hint });
}
