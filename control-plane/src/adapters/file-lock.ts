import { spawn } from 'node:child_process';
import { NvError } from '../core/errors.ts';

/**
 * Runs `work` while holding the exclusive lock on `path` (a file, made when absent, or a directory).
 * The lock is flock(1)'s, held by a child that ends with this process, so a killed holder never leaves it behind.
 * Waits at most `waitSeconds`; rejects with NV_UNEXPECTED when the lock cannot be had.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>, waitSeconds = 30): Promise<T> {
  const release = await takeLock(path, waitSeconds);
  try {
    return await work();
  } finally {
    await release();
  }
}

function takeLock(path: string, waitSeconds: number): Promise<() => Promise<void>> {
  // `cat` runs once the lock is held: its echo says so, and it ends at the end of its input, however that comes.
  const holder = spawn('flock', ['--no-fork', '--wait', `${waitSeconds}`, path, 'cat'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = new Promise<void>((resolve) => holder.once('close', () => resolve()));
  const release = async () => {
    holder.stdin.end();
    await ended;
  };
  return new Promise((resolve, reject) => {
    const fail = (cause?: unknown) => reject(new NvError({ code: 'NV_UNEXPECTED', message: `no lock on ${path}` }, { cause }));
    holder.once('error', fail);
    holder.once('close', () => fail());
    holder.stdin.on('error', fail);
    holder.stdout.once('data', () => resolve(release));
    holder.stdin.write('\n');
  });
}
