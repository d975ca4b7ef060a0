import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withLock } from '../lab/lock.ts';
import { run } from '../lab/process.ts';

const newLock = async () => join(await mkdtemp(join(tmpdir(), 'lab-lock-')), 'deep', 'lock');
const isFree = async (file: string) => (await run(['flock', '--nonblock', file, 'true'])).exitCode === 0;

test('a lock is held while its work runs and free afterwards, after an error too', async () => {
  const file = await newLock();
  expect(await withLock(file, () => isFree(file))).toBe(false);
  await expect(withLock(file, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(await isFree(file)).toBe(true);
});

test('who wants a held lock waits for it', async () => {
  const file = await newLock();
  const order: string[] = [];
  let second: Promise<unknown> = Promise.resolve();
  await withLock(file, async () => {
    second = withLock(file, async () => order.push('second'));
    await isFree(file);
    order.push('first');
  });
  await second;
  expect(order).toEqual(['first', 'second']);
});

test('who waits for a lock in vain is told which one', async () => {
  const file = await newLock();
  await withLock(file, async () => {
    await expect(withLock(file, async () => undefined, 0.1)).rejects.toMatchObject({
      code: 'NV_LOCKED',
      message: expect.stringContaining(file),
    });
  });
});

test('a lock is free again when its holder is killed', async () => {
  const file = await newLock();
  const script = `import(${JSON.stringify(join(import.meta.dirname, '../lab/lock.ts'))}).then(({ withLock }) =>
    withLock(${JSON.stringify(file)}, async () => process.kill(process.pid, 'SIGKILL')));`;
  expect((await run([process.execPath, '--input-type=module', '-e', script])).exitCode).toBe(255);
  expect((await run(['flock', '--timeout', '5', file, 'true'])).exitCode).toBe(0);
});
