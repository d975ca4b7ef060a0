import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { NvError } from '../../control-plane/src/core/errors.ts';

/**
 * Runs `work` while holding an exclusive flock on `file`, waiting for it as long as it takes.
 * The lock belongs to a child that lives as long as its stdin: when this process dies, however it dies, the lock is free.
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  const release = await takeLock(file);
  try {
    return await work();
  } finally {
    await release();
  }
}

async function takeLock(file: string): Promise<() => Promise<void>> {
  const child = spawn('flock', ['--exclusive', file, 'sh', '-c', 'echo held; exec cat >/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.stdout.once('data', () => resolve());
    child.once('close', (code) =>
      reject(new NvError({ code: 'NV_UNEXPECTED', message: `flock on ${file} ended with ${code} before it had the lock` })),
    );
  });
  return async () => {
    child.stdin.end();
    await ended;
  };
}
