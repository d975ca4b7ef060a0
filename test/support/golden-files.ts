import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { repositoryPath } from './repository-path.ts';

export type Files = Readonly<Record<string, string>>;

/**
 * The golden files of `test/golden/<folder>` by their path below it, to compare `actual` with. With UPDATE_GOLDEN=1
 * they become `actual` first: what changed is then read in the diff.
 */
export async function goldenFiles(folder: string, actual: Files): Promise<Files> {
  const root = repositoryPath(`test/golden/${folder}`);
  if (process.env.UPDATE_GOLDEN === '1') await rewrite(root, actual);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(paths.sort().map(async (path) => [path.slice(root.length + 1), await readFile(path, 'utf8')])),
  );
}

async function rewrite(root: string, files: Files): Promise<void> {
  await rm(root, { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}
