import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../lab/stack.ts';

/** Writes what a benchmark found under `.netvis/bench`, named by the benchmark and the time; gives the file. */
export async function saveReport(bench: string, report: object): Promise<string> {
  const at = new Date().toISOString();
  const folder = join(repository, '.netvis/bench');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${bench}-${at.replaceAll(':', '-')}.json`);
  await writeFile(file, `${JSON.stringify({ at, ...report }, null, 2)}\n`);
  return file;
}
