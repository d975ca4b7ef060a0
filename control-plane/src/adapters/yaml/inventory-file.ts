import { open } from 'node:fs/promises';
import { NvError } from '../../core/errors.ts';
import { inventorySizeLimit, syntaxError, tooLarge } from './read-inventory.ts';

/**
 * The text of an inventory file, without a byte order mark. Throws NV_INVENTORY_MISSING when it cannot be opened or is
 * a directory, NV_INVENTORY_SYNTAX when it is too large or not UTF-8.
 */
export async function readInventoryFile(file: string): Promise<string> {
  const bytes = await readBounded(file);
  if (bytes.length > inventorySizeLimit) throw syntaxError([tooLarge(file)]);
  const text = decodeUtf8(bytes);
  if (text !== undefined) return text;
  const before = new TextDecoder().decode(bytes).split('\uFFFD', 1)[0]?.split('\n') ?? [''];
  const at = { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  throw syntaxError([{ code: 'NV_INVENTORY_SYNTAX', message: 'the file is not UTF-8 text', hint: 'Save it as UTF-8.', at }]);
}

async function readBounded(file: string): Promise<Buffer> {
  try {
    const handle = await open(file, 'r');
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of handle.createReadStream({ end: inventorySizeLimit, autoClose: false })) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw new NvError(
      { code: 'NV_INVENTORY_MISSING', message: `cannot read the inventory ${file}: ${reasonOf(cause)}`, hint: hintFor(cause) },
      { cause },
    );
  }
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function reasonOf(cause: unknown): string {
  const reasons: Record<string, string> = { ENOENT: 'there is no such file', EISDIR: 'it is a directory', EACCES: 'permission denied' };
  const { code = '', message = String(cause) } = cause as NodeJS.ErrnoException;
  return reasons[code] ?? message;
}

function hintFor(cause: unknown): string {
  const { code } = cause as NodeJS.ErrnoException;
  return code === 'ENOENT' ? '`netvis-ctl init` writes a starter inventory.' : 'Name a file that you may read.';
}
