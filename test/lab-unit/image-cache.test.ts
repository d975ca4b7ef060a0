import { mkdir, mkdtemp, readdir, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { markUsed, pruneImages } from '../lab/image-cache.ts';

test('only images that nobody used for a day and that no disk lies on are removed', async () => {
  const cache = await mkdtemp(join(tmpdir(), 'lab-cache-'));
  const image = (name: string) => join(cache, `base-${name}`);
  for (const name of ['fresh', 'stale', 'stale-below-a-disk', 'never-used']) await mkdir(image(name));
  for (const name of ['fresh', 'stale', 'stale-below-a-disk']) await markUsed(image(name));
  for (const name of ['stale', 'stale-below-a-disk']) await utimes(`${image(name)}.used`, 0, 0);
  await mkdir(join(cache, 'unfinished-x'));
  await pruneImages(cache, [image('stale-below-a-disk')]);
  expect((await readdir(cache)).sort()).toEqual([
    'base-fresh',
    'base-fresh.used',
    'base-stale-below-a-disk',
    'base-stale-below-a-disk.used',
    'unfinished-x',
  ]);
});
