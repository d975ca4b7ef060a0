import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
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
