import { appendFile, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatToken, newToken } from '../../../../control-plane/src/adapters/tokens/token-entries.ts';
import { openTokenFile } from '../../../../control-plane/src/adapters/tokens/token-file.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

/** Opens the tokens of a directory and says which tokens were told. */
async function open(directory: string) {
  const path = join(directory, 'tokens');
  const told: string[] = [];
  const file = await openTokenFile(path, (token) => told.push(token));
  return { path, told, file };
}

test('the first start makes one admin token, tells it once and keeps only its hash, for the owner alone', async () => {
  const directory = await temporaryDirectory();
  const { path, told, file } = await open(directory);
  const [token = ''] = told;
  expect(await file.user(token)).toEqual({ name: 'first', scope: 'admin' });
  expect(await readFile(path, 'utf8')).not.toContain(token);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const again = await open(directory);
  expect(again.told).toEqual([]);
  expect(await again.file.user(token)).toEqual({ name: 'first', scope: 'admin' });
});

test('an entry that is added or taken away counts at once', async () => {
  const { path, told, file } = await open(await temporaryDirectory());
  const { token, entry } = newToken({ name: 'dashboard', scope: 'viewer' });
  expect(await file.user(token)).toBeNull();
  await appendFile(path, formatToken(entry));
  expect(await file.user(token)).toEqual({ name: 'dashboard', scope: 'viewer' });
  await writeFile(path, formatToken(entry));
  expect(await file.user(told[0] ?? '')).toBeNull();
});

test.each(['viewer dashboard', 'root x '.padEnd(71, '0'), `viewer Dash ${'0'.repeat(64)}`, `viewer d ${'0'.repeat(63)}`])(
  'a broken line is an error that names it: %s',
  async (line) => {
    const { path, file } = await open(await temporaryDirectory());
    await writeFile(path, `# tokens\n\n${line}\n`);
    await expect(file.user('any')).rejects.toMatchObject({ code: 'NV_USAGE', at: { file: path, line: 3, column: 1 } });
  },
);
