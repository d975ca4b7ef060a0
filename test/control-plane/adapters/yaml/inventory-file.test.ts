import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readInventoryFile } from '../../../../control-plane/src/adapters/yaml/inventory-file.ts';
import { inventorySizeLimit, readInventory } from '../../../../control-plane/src/adapters/yaml/read-inventory.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

describe('an inventory file', () => {
  test('is read without its byte order mark', async () => {
    expect(await readInventoryFile(await file('\uFEFFcluster: a\n'))).toBe('cluster: a\n');
  });

  test('that is missing is NV_INVENTORY_MISSING with a way to begin', async () => {
    const missing = join(await temporaryDirectory(), 'nothing.yaml');
    await expect(readInventoryFile(missing)).rejects.toMatchObject({ code: 'NV_INVENTORY_MISSING', hint: expect.stringContaining('init') });
  });

  test('that is a directory is NV_INVENTORY_MISSING', async () => {
    await expect(readInventoryFile(await temporaryDirectory())).rejects.toMatchObject({
      code: 'NV_INVENTORY_MISSING',
      message: expect.stringContaining('directory'),
    });
  });

  test('that is not UTF-8 is told where', async () => {
    const latin1 = Buffer.concat([Buffer.from('cluster: a\nx: "'), Buffer.from([0xe4]), Buffer.from('"\n')]);
    const path = await file(latin1);
    await expect(readInventoryFile(path)).rejects.toMatchObject({ code: 'NV_INVENTORY_SYNTAX', at: { file: path, line: 2, column: 5 } });
  });

  test('in UTF-16 is not UTF-8', async () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('cluster: a\n', 'utf16le')]);
    await expect(readInventoryFile(await file(utf16))).rejects.toMatchObject({ code: 'NV_INVENTORY_SYNTAX', at: { line: 1, column: 1 } });
  });

  test('may be as large as the limit and no larger', async () => {
    expect(await readInventoryFile(await file('#'.repeat(inventorySizeLimit)))).toHaveLength(inventorySizeLimit);
    await expect(readInventoryFile(await file('#'.repeat(inventorySizeLimit + 1)))).rejects.toMatchObject({ code: 'NV_INVENTORY_SYNTAX' });
  });

  test('without end is read no further than the limit', async () => {
    await expect(readInventoryFile('/dev/zero')).rejects.toMatchObject({ code: 'NV_INVENTORY_SYNTAX' });
  });
});

describe('the text of an inventory', () => {
  test('that is too large is refused however it came', () => {
    expect(() => readInventory('#'.repeat(inventorySizeLimit + 1), 'i.yaml')).toThrow(
      expect.objectContaining({ code: 'NV_INVENTORY_SYNTAX' }),
    );
  });

  test.each([
    ['brackets', '['.repeat(20_000)],
    ['braces', 'a: {'.repeat(5000)],
    ['lines', Array.from({ length: 600 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
    ['aliases', `[${'*a,'.repeat(20_000)}]`],
  ])('of endless %s ends in an error at once', (_, text) => {
    expect(() => readInventory(text, 'i.yaml')).toThrow(expect.objectContaining({ code: 'NV_INVENTORY_SYNTAX' }));
  });

  test('with a key twice says which and what to do', () => {
    expect(() => readInventory('a: 1\na: 2\n', 'i.yaml')).toThrow(
      expect.objectContaining({ message: expect.stringContaining('the key a '), hint: 'Keep one of the two.' }),
    );
  });

  test('of thousands of keys is read in no time', () => {
    const text = Array.from({ length: 15_000 }, (_, n) => `k${n}: ${n}`).join('\n');
    expect(Object.keys(readInventory(text, 'i.yaml').value as object)).toHaveLength(15_000);
  }, 5000);
});

describe('the place of a path', () => {
  const text = 'base: &base\n  a: 1\nlist:\n  - x\n  - {<<: [*base, {b: 2}], c: 3}\nagain: *base\n';
  test.each([
    [['list'], 3, 1],
    [['list', 1], 5, 5],
    [['list', 1, 'c'], 5, 27],
    [['list', 1, 'a'], 2, 3],
    [['list', 1, 'b'], 5, 19],
    [['again', 'a'], 2, 3],
    [['list', 7], 3, 1],
    [['nowhere', 'at', 'all'], 1, 1],
    [['base', 'a', 'beyond'], 2, 3],
    [[], 1, 1],
  ])('%j', (path, line, column) => {
    expect(readInventory(text, 'i.yaml').locate(path)).toEqual({ file: 'i.yaml', line, column });
  });
});

async function file(content: string | Uint8Array): Promise<string> {
  const path = join(await temporaryDirectory(), 'inventory.yaml');
  await writeFile(path, content);
  return path;
}
