import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { linkInventory, openInventoryFolder } from '../../../control-plane/src/adapters/inventory-folder.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

test('an inventory is found by its name', async () => {
  const folder = await temporaryDirectory();
  await writeFile(join(folder, 'lab.yaml'), 'cluster: lab\n');
  expect(await openInventoryFolder(folder).byName('lab')).toEqual({ text: 'cluster: lab\n', path: join(folder, 'lab.yaml') });
});

test('a link counts as the file it names, so that its secrets are found beside it', async () => {
  const folder = await temporaryDirectory();
  await mkdir(join(folder, 'elsewhere'));
  const path = join(folder, 'elsewhere', 'site.yaml');
  await writeFile(path, 'cluster: lab\n');
  await symlink(path, join(folder, 'lab.yaml'));
  expect(await openInventoryFolder(folder).byName('lab')).toEqual({ text: 'cluster: lab\n', path });
});

test('a name can be given to an inventory, and then to another', async () => {
  const directory = await temporaryDirectory();
  const folder = join(directory, 'inventories');
  for (const site of ['one', 'two']) {
    await writeFile(join(directory, `${site}.yaml`), site);
    await linkInventory(folder, 'lab', join(directory, `${site}.yaml`));
  }
  expect(await openInventoryFolder(folder).byName('lab')).toEqual({ text: 'two', path: join(directory, 'two.yaml') });
});

test('a name nobody gave is an error that says where to put the inventory', async () => {
  const folder = await temporaryDirectory();
  await expect(openInventoryFolder(folder).byName('lab')).rejects.toMatchObject({
    code: 'NV_INVENTORY_MISSING',
    hint: expect.stringContaining(join(folder, 'lab.yaml')),
  });
});
