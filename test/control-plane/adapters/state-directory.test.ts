import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStateDirectory, openStateSubdirectory } from '../../../control-plane/src/adapters/state-directory.ts';
import { modeOf } from '../../support/secrets-place.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

test('the option comes before the environment, that before the home directory', async () => {
  const home = await temporaryDirectory();
  const environment = { NETVIS_STATE_DIR: join(home, 'environment') };
  expect(await openStateDirectory(join(home, 'option'), { environment, home })).toBe(join(home, 'option'));
  expect(await openStateDirectory(undefined, { environment, home })).toBe(join(home, 'environment'));
  expect(await openStateDirectory(undefined, { environment: { NETVIS_STATE_DIR: '' }, home })).toBe(join(home, '.local/state/netvis'));
});

test('it and its parts are for their owner alone, also when they were not', async () => {
  const home = await temporaryDirectory();
  const path = join(home, 'state');
  await mkdir(path);
  await chmod(path, 0o755);
  await openStateDirectory(path);
  expect(await modeOf(path)).toBe(0o700);
  expect(await modeOf(await openStateSubdirectory(path, 'redis'))).toBe(0o700);
});

test('one that cannot be made is refused with a hint', async () => {
  const file = join(await temporaryDirectory(), 'file');
  await writeFile(file, '');
  await expect(openStateDirectory(join(file, 'state'))).rejects.toMatchObject({
    code: 'NV_USAGE',
    hint: expect.stringContaining('--state-dir'),
  });
  expect((await stat(file)).isFile()).toBe(true);
});
