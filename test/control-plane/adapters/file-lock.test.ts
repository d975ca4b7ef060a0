import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { takeFileLock, withFileLock } from '../../../control-plane/src/adapters/file-lock.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const newPath = async () => join(await temporaryDirectory(), 'lock');

test('one holds the lock at a time', async () => {
  const path = await newPath();
  let holders = 0;
  let most = 0;
  const work = async () => {
    holders += 1;
    most = Math.max(most, holders);
    await new Promise(setImmediate);
    holders -= 1;
  };
  await Promise.all([1, 2, 3, 4].map(() => withFileLock(path, work)));
  expect(most).toBe(1);
});

test('the lock is given back when the work fails', async () => {
  const path = await newPath();
  await expect(withFileLock(path, async () => Promise.reject(new Error('of the work')))).rejects.toThrow('of the work');
  expect(await withFileLock(path, async () => 'held again')).toBe('held again');
});

test('shared holders exclude exclusive ones only', async () => {
  const path = await newPath();
  const releases = await Promise.all([1, 2].map(() => takeFileLock(path, { shared: true })));
  await expect(takeFileLock(path, { waitSeconds: 0 })).rejects.toMatchObject({ code: 'NV_UNEXPECTED' });
  for (const release of releases) await release();
  await (await takeFileLock(path, { waitSeconds: 0 }))();
});

test('giving back twice is harmless', async () => {
  const release = await takeFileLock(await newPath());
  await release();
  await release();
});

test('a killed holder leaves no lock behind', async () => {
  const path = await newPath();
  const module = join(import.meta.dirname, '../../../control-plane/src/adapters/file-lock.ts');
  const script = `import { takeFileLock } from ${JSON.stringify(module)}; await takeFileLock(${JSON.stringify(path)}); console.log('held'); setInterval(() => 0, 1000);`;
  const holder = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void holder.kill('SIGKILL'));
  await once(holder.stdout, 'data');
  await expect(takeFileLock(path, { waitSeconds: 0 })).rejects.toMatchObject({ code: 'NV_UNEXPECTED' });
  holder.kill('SIGKILL');
  await (await takeFileLock(path, { waitSeconds: 10 }))();
});

test('a directory that is not there cannot be locked', async () => {
  await expect(takeFileLock(join(await temporaryDirectory(), 'no', 'lock'))).rejects.toMatchObject({ code: 'NV_UNEXPECTED' });
});
