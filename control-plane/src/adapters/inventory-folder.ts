import { randomUUID } from 'node:crypto';
import { mkdir, readFile, realpath, rename, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { NvError } from '../core/errors.ts';
import type { InventorySource } from '../ports/inventory-source.ts';
import { isErrno } from './atomic-file.ts';

/**
 * The inventories `NAME.yaml` of a folder. A link counts as the file it names, so that paths in it, and its secrets,
 * are looked for beside that file.
 */
export function openInventoryFolder(folder: string): InventorySource {
  return {
    inlinePath: join(folder, 'inline.yaml'),
    async byName(name) {
      try {
        const path = await realpath(join(folder, `${name}.yaml`));
        return { text: await readFile(path, 'utf8'), path };
      } catch (error) {
        if (!isErrno(error, 'ENOENT')) throw error;
        const hint = `Put it, or a link to it, at ${join(folder, `${name}.yaml`)}.`;
        throw new NvError({ code: 'NV_INVENTORY_MISSING', message: `no inventory is known as ${name}`, hint }, { cause: error });
      }
    },
  };
}

/** Makes an inventory file known under a name, in place of the one known by it before. */
export async function linkInventory(folder: string, name: string, path: string): Promise<void> {
  const temporary = join(folder, `.${name}.${randomUUID()}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await symlink(resolve(path), temporary);
  await rename(temporary, join(folder, `${name}.yaml`));
}
