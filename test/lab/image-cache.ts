import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const keepMs = 24 * 3600 * 1000;
const stampEnd = '.used';

/** Notes that somebody is about to use the image; it is then safe from pruning for a day. */
export async function markUsed(image: string): Promise<void> {
  await mkdir(dirname(image), { recursive: true });
  await writeFile(`${image}${stampEnd}`, '');
}

/** Removes images of other recipes that nobody asked for during the last day and that are below no disk. */
export async function pruneImages(cache: string, inUse: readonly string[]): Promise<void> {
  const images = (await readdir(cache)).filter((name) => name.startsWith('base-') && !name.endsWith(stampEnd));
  for (const image of images.map((name) => join(cache, name))) {
    if (inUse.includes(image) || (await isFresh(`${image}${stampEnd}`))) continue;
    await rm(image, { recursive: true });
    await rm(`${image}${stampEnd}`, { force: true });
  }
}

async function isFresh(stamp: string): Promise<boolean> {
  return existsSync(stamp) && Date.now() - (await stat(stamp)).mtimeMs < keepMs;
}
