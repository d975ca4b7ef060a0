import { type ChildProcess, spawn } from 'node:child_process';
import { NvError } from '../core/errors.ts';

/** `shared` locks exclude exclusive ones only. `waitSeconds` = how long to wait for it, at most. */
export type LockOptions = { readonly shared?: boolean; readonly waitSeconds?: number };

/** Gives a lock back; safe to call twice. */
export type Release = () => Promise<void>;

/** Runs `work` while holding the exclusive lock on `path`; see `takeFileLock`. */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const release = await takeFileLock(path);
  try {
    return await work();
  } finally {
    await release();
  }
}

/**
 * Takes the lock on `path` (a file, made when absent, or a directory). It is flock(1)'s, held by a child that ends with
 * this process, so a killed holder never leaves it behind. Rejects with NV_UNEXPECTED when it cannot be had in time.
 */
export async function takeFileLock(path: string, options: LockOptions = {}): Promise<Release> {
  const kind = options.shared ? '--shared' : '--exclusive';
  // `cat` runs once the lock is held: its echo says so, and it ends at the end of its input, however that comes.
  // A session of its own: an interrupt from the terminal must not end the lock before its holder has finished.
  const holder = spawn('flock', ['--no-fork', kind, '--wait', `${options.waitSeconds ?? 30}`, path, 'cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
    env: { PATH: process.env.PATH },
  });
  const ended = new Promise<void>((resolve) => holder.once('close', () => resolve()));
  await echoOf(holder, path);
  return async () => {
    holder.stdin.end();
    await ended;
  };
}

function echoOf(holder: ChildProcess, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause?: unknown) => reject(new NvError({ code: 'NV_UNEXPECTED', message: `no lock on ${path}` }, { cause }));
    holder.once('error', fail);
    holder.once('close', () => fail());
    holder.stdin?.on('error', fail);
    holder.stdout?.once('data', () => resolve());
    holder.stdin?.write('\n');
  });
}
