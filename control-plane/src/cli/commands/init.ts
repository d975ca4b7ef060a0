import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NvError } from '../../core/errors.ts';
import { type StarterKind, starterFiles } from '../../core/inventory/starter.ts';

/** `inventory` = path of the file to edit; `files` = everything written, in order. */
export type InitResult = { readonly inventory: string; readonly files: readonly string[] };

/**
 * Writes a starter inventory and its schema into `directory`, which is made when absent; `examples` is where the
 * annotated ones are. Throws NV_REFUSED, and writes
 * nothing, when an inventory is there already; a schema that is there is renewed.
 */
export async function initInventory(input: { directory: string; kind: StarterKind; examples: string }): Promise<InitResult> {
  const { directory, kind, examples } = input;
  const files = starterFiles(kind).map(({ example, target }) => ({ from: join(examples, example), to: join(directory, target) }));
  const inventory = join(directory, 'inventory.yaml');
  if (await exists(inventory)) {
    throw new NvError({ code: 'NV_REFUSED', message: `${inventory} is there already`, hint: 'Name another directory, or move it away.' });
  }
  await mkdir(directory, { recursive: true });
  for (const { from, to } of files) await writeFile(to, await readFile(from));
  return { inventory, files: files.map(({ to }) => to) };
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
