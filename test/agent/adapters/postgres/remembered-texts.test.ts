import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { rememberedTexts } from '../../../../agent/src/adapters/postgres/remembered-texts.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

/** A reader for whom every file was written `sinceMs` before it looks. */
async function readerOf(sinceMs: number) {
  const path = join(await temporaryDirectory(), 'file');
  const onDisk = vi.fn(async (file: string) => await readFile(file, 'utf8'));
  const read = rememberedTexts(onDisk, () => Date.now() + sinceMs);
  return { path, onDisk, read: () => read(path) };
}

test('a file that has not changed for a while is read once', async () => {
  const { path, onDisk, read } = await readerOf(5000);
  await writeFile(path, 'one');
  expect([await read(), await read(), await read()]).toEqual(['one', 'one', 'one']);
  expect(onDisk).toHaveBeenCalledTimes(1);
});

test('a file that is read already is read anew when it is replaced, written in place, grows or comes back', async () => {
  const { path, read } = await readerOf(5000);
  await writeFile(path, 'one');
  expect(await read()).toBe('one');
  await writeFile(`${path}.new`, 'two');
  await rename(`${path}.new`, path);
  expect(await read()).toBe('two');
  await writeFile(path, 'six');
  expect(await read()).toBe('six');
  await writeFile(path, 'seven');
  expect(await read()).toBe('seven');
  await rm(path);
  await writeFile(path, 'eight');
  expect(await read()).toBe('eight');
});

test('a file that was written a moment ago is read each time: its time of change may not show the next writing', async () => {
  const { path, onDisk, read } = await readerOf(0);
  await writeFile(path, 'one');
  expect([await read(), await read()]).toEqual(['one', 'one']);
  expect(onDisk).toHaveBeenCalledTimes(2);
});

test('a file that is not there has no text', async () => {
  const path = join(await temporaryDirectory(), 'none');
  expect(await rememberedTexts()(path)).toBeNull();
});
