import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { NvError } from '../../control-plane/src/core/errors.ts';

/** Long enough for a base image and a boot before us. */
const patienceSeconds = 900;

/**
 * Runs `work` while holding an exclusive flock on `file`. Throws NV_LOCKED when it is not free within `seconds`.
 * The lock belongs to a child that lives as long as its stdin: when this process dies, however it dies, the lock is free.
 */
export async function withLock<T>(file: string, work: () => Promise<T>, seconds = patienceSeconds): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  const release = await takeLock(file, seconds);
  try {
    return await work();
  } finally {
    await release();
  }
}

async function takeLock(file: string, seconds: number): Promise<() => Promise<void>> {
  const argv = ['--exclusive', '--timeout', String(seconds), file, 'sh', '-c', 'echo held; exec cat >/dev/null'];
  const child = spawn('flock', argv, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.stdout.once('data', () => resolve());
    child.once('close', () => reject(locked(file, seconds)));
  });
  return async () => {
    child.stdin.end();
    await ended;
  };
}

function locked(file: string, seconds: number): NvError {
  const hint = `see who holds it: fuser -v ${file}`;
  return new NvError({ code: 'NV_LOCKED', message: `another lab command has not let go of ${file} for ${seconds} s`, hint });
}
