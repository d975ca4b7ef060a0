import { writeFileSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { rememberedTexts } from '../../../../agent/src/adapters/postgres/remembered-texts.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

test('a file that comes, is replaced and goes is followed', async () => {
  const path = join(await temporaryDirectory(), 'file');
  const read = rememberedTexts();
  expect(await read(path)).toBeNull();
  await writeFile(path, 'one');
  expect(await read(path)).toBe('one');
  await writeFile(`${path}.new`, 'two');
  await rename(`${path}.new`, path);
  expect(await read(path)).toBe('two');
  await rm(path);
  expect(await read(path)).toBeNull();
});

test('a file that is written in place at a length it had is never mistaken for what it was a moment ago', async () => {
  const path = join(await temporaryDirectory(), 'file');
  const read = rememberedTexts();
  for (let i = 100; i < 400; i += 1) {
    writeFileSync(path, `${i}`);
    expect(await read(path)).toBe(`${i}`);
  }
});

test('a file that has not changed for a while is read once', async () => {
  const path = fileURLToPath(new URL('../../../../pnpm-lock.yaml', import.meta.url));
  const reader = vi.fn(async (file: string) => await readFile(file, 'utf8'));
  const read = rememberedTexts(reader);
  const text = await read(path);
  expect(await read(path)).toBe(text);
  expect(reader).toHaveBeenCalledTimes(1);
});
