import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { buildSampleApp } from './build.ts';
import { tarGzip } from './tar.ts';

test('tar reads the archive, and the order of entries does not change it', async () => {
  const directory = await temporaryDirectory();
  const entries = ['b.txt', 'a.txt'].map((name) => ({ name, content: Buffer.from(`content of ${name}`.repeat(40)) }));
  const archive = join(directory, 'x.tar.gz');
  await writeFile(archive, tarGzip(entries));
  expect(tarGzip(entries.toReversed())).toEqual(await readFile(archive));
  execFileSync('tar', ['xzf', archive, '-C', directory]);
  for (const { name, content } of entries) expect(await readFile(join(directory, name))).toEqual(content);
});

test('a name that does not fit is refused', () => {
  expect(() => tarGzip([{ name: 'x'.repeat(101), content: Buffer.alloc(0) }])).toThrow('not a name');
});

test('the application’s archives are the same each time and hold what a host needs', async () => {
  const app = await buildSampleApp();
  const first = await Promise.all([readFile(app.api), readFile(app.frontend)]);
  await buildSampleApp();
  expect(await Promise.all([readFile(app.api), readFile(app.frontend)])).toEqual(first);
  const names = (path: string) => execFileSync('tar', ['tzf', path], { encoding: 'utf8' }).trim().split('\n');
  expect(names(app.api)).toEqual(['server.cjs']);
  expect(names(app.frontend)).toEqual(['app.js', 'index.html', 'style.css']);
}, 20_000);
