import { gzipSync } from 'node:zlib';

export type TarEntry = { readonly name: string; readonly content: Buffer };

const block = 512;

/**
 * A gzipped ustar archive of plain files (0644, root, time 0), sorted by name: the same entries give the same bytes.
 * Names are at most 100 ASCII characters; longer ones throw.
 */
export function tarGzip(entries: readonly TarEntry[]): Buffer {
  const sorted = entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const files = sorted.flatMap(({ name, content }) => [header(name, content.length), content, padding(content.length)]);
  return gzipSync(Buffer.concat([...files, Buffer.alloc(2 * block)]), { level: 9 });
}

function header(name: string, size: number): Buffer {
  if (!/^[\x20-\x7e]{1,100}$/.test(name)) throw new Error(`not a name for this archive: ${name}`);
  const bytes = Buffer.alloc(block);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  bytes.write(name, 0);
  bytes.write(octal(0o644, 7), 100);
  bytes.write(octal(0, 7), 108);
  bytes.write(octal(0, 7), 116);
  bytes.write(octal(size, 11), 124);
  bytes.write(octal(0, 11), 136);
  bytes.write(' '.repeat(8), 148);
  bytes.write('0', 156);
  bytes.write('ustar\x0000', 257, 'latin1');
  bytes.write('root', 265);
  bytes.write('root', 297);
  bytes.write(
    `${octal(
      bytes.reduce((sum, byte) => sum + byte, 0),
      6,
    )} `,
    148,
  );
  return bytes;
}

function padding(size: number): Buffer {
  return Buffer.alloc((block - (size % block)) % block);
}
