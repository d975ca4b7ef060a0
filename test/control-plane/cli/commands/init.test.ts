import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { initInventory } from '../../../../control-plane/src/cli/commands/init.ts';
import { validateInventory } from '../../../../control-plane/src/cli/commands/validate.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

const examples = join(import.meta.dirname, '../../../../inventory');

test.each(['full', 'compact'] as const)('the %s starter is its example, valid, with the schema beside it', async (kind) => {
  const directory = join(await temporaryDirectory(), 'new', 'site');
  const { inventory, files } = await initInventory({ directory, kind, examples });
  expect(files).toEqual([inventory, join(directory, 'inventory.schema.json')]);
  expect(await readFile(inventory, 'utf8')).toBe(await readFile(join(examples, `${kind}.yaml`), 'utf8'));
  expect(await validateInventory(inventory)).toMatchObject({ ok: true, problems: [] });
});

test('an inventory that is there already stays as it is', async () => {
  const directory = await temporaryDirectory();
  await writeFile(join(directory, 'inventory.yaml'), 'mine');
  await expect(initInventory({ directory, kind: 'full', examples })).rejects.toMatchObject({ code: 'NV_REFUSED' });
  expect(await readFile(join(directory, 'inventory.yaml'), 'utf8')).toBe('mine');
});

test('a directory that cannot be is an error', async () => {
  const directory = await temporaryDirectory();
  await writeFile(join(directory, 'file'), '');
  await expect(initInventory({ directory: join(directory, 'file', 'below'), kind: 'full', examples })).rejects.toMatchObject({
    code: 'ENOTDIR',
  });
});
