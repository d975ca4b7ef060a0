import { realpath } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openInventoryFolder } from '../../control-plane/src/adapters/inventory-folder.ts';
import { findInventory, inventoryFolder, rememberInventory } from '../../control-plane/src/compose-inventory.ts';
import { repositoryPath } from '../support/repository-path.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test('an inventory that was applied is found by its state directory, and by a service through its cluster’s name', async () => {
  const stateDir = await temporaryDirectory();
  const inventory = repositoryPath('inventory/lab-compact.yaml');
  await rememberInventory(inventory, stateDir);
  expect(await findInventory(undefined, stateDir)).toBe(inventory);
  expect(await openInventoryFolder(inventoryFolder(stateDir)).byName('netvis-lab-compact')).toMatchObject({
    path: await realpath(inventory),
  });
});

test('without an inventory, a command says what to do', async () => {
  await expect(findInventory(undefined, await temporaryDirectory())).rejects.toMatchObject({ code: 'NV_USAGE' });
});
