import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSpool } from '../../../agent/src/sensors/spool.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const line = (second: number) =>
  `${JSON.stringify({ time: `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`, source: 'sentinel', kind: 'k', message: 'm' })}\n`;

test('events of all files come oldest first; other files are not read', async () => {
  const directory = await temporaryDirectory();
  await writeFile(join(directory, 'a.jsonl'), line(3));
  await writeFile(join(directory, 'a.jsonl.old'), line(1));
  await writeFile(join(directory, 'b.jsonl'), line(2));
  await writeFile(join(directory, 'b.txt'), line(0));
  expect((await readSpool(directory)).map(({ time }) => time.slice(-3))).toEqual(['01Z', '02Z', '03Z']);
});

test('a file that grew is moved aside with its newest events still shown', async () => {
  const directory = await temporaryDirectory();
  await writeFile(join(directory, 'a.jsonl'), line(1).repeat(5000) + line(2));
  expect((await readSpool(directory)).at(-1)?.time).toBe('2026-01-01T00:00:02Z');
  expect(await readdir(directory)).toEqual(['a.jsonl.old']);
  expect((await readSpool(directory)).at(-1)?.time).toBe('2026-01-01T00:00:02Z');
  expect(await readSpool(directory)).toHaveLength(50);
});

test('without a directory there are no events', async () => {
  expect(await readSpool('/no/such/spool')).toEqual([]);
});
