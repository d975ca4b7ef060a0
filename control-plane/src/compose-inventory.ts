import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { linkInventory } from './adapters/inventory-folder.ts';
import { openStateDirectory } from './adapters/state-directory.ts';
import { loadSite } from './adapters/yaml/load-site.ts';
import { NvError } from './core/errors.ts';

const lastInventory = 'last-inventory';

/** The folder of a state directory that holds the inventories known by their clusters' names. */
export function inventoryFolder(stateDir: string): string {
  return join(stateDir, 'inventories');
}

/** The inventory a command means: the given one, else NETVIS_INVENTORY, else the one last applied from this state directory. */
export async function findInventory(given: string | undefined, stateDir: string | undefined): Promise<string> {
  const named = given ?? process.env.NETVIS_INVENTORY;
  if (named) return named;
  const last = join(await openStateDirectory(stateDir), lastInventory);
  if (existsSync(last)) return (await readFile(last, 'utf8')).trim();
  throw new NvError({
    code: 'NV_USAGE',
    message: 'which inventory?',
    hint: 'Name the file, set NETVIS_INVENTORY, or apply one: it is remembered.',
  });
}

/** Remembers the inventory last applied from this state directory; a service that runs there knows its cluster from now on. */
export async function rememberInventory(inventory: string, stateDir: string | undefined): Promise<void> {
  const directory = await openStateDirectory(stateDir);
  await writeFile(join(directory, lastInventory), `${resolve(inventory)}\n`, { mode: 0o600 });
  await knowInventory(inventory, directory);
}

/** Makes an inventory known by its cluster's name in a state directory. */
export async function knowInventory(inventory: string, stateDir: string): Promise<void> {
  await linkInventory(inventoryFolder(stateDir), (await loadSite(inventory)).site.cluster, inventory);
}
