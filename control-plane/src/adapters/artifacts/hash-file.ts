import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod';
import { isErrno, replaceFile } from '../atomic-file.ts';

/** A file's content, told by its SHA-256 in hex and its size. */
export type HashedFile = { readonly path: string; readonly sha256: string; readonly sizeBytes: number };

/** What the cache holds of a file: as long as the system's record of the file is the same, so is its content. */
const entrySchema = z.strictObject({ record: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

/**
 * Hashes a file, or takes the hash from `directory` when size, times and inode are those it was hashed with.
 * A cache entry that cannot be read is made anew. Rejects with the system's error when the file cannot be read.
 */
export async function hashFile(path: string, directory: string): Promise<HashedFile> {
  const record = await recordOf(path);
  const entry = join(directory, `${createHash('sha256').update(path).digest('hex').slice(0, 24)}.json`);
  const cached = await readEntry(entry);
  if (cached?.record === record.text) return { path, sha256: cached.sha256, sizeBytes: record.sizeBytes };
  const sha256 = await hashContent(path);
  // A file that changes while it is read keeps no entry: its next use reads it again.
  if ((await recordOf(path)).text === record.text) await writeEntry(directory, { entry, record: record.text, sha256 });
  return { path, sha256, sizeBytes: record.sizeBytes };
}

async function recordOf(path: string): Promise<{ text: string; sizeBytes: number }> {
  const { size, mtimeNs, ctimeNs, ino, dev } = await stat(path, { bigint: true });
  return { text: [size, mtimeNs, ctimeNs, dev, ino].join(':'), sizeBytes: Number(size) };
}

async function hashContent(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1_048_576 }), hash);
  return hash.digest('hex');
}

async function readEntry(entry: string): Promise<z.output<typeof entrySchema> | null> {
  try {
    return entrySchema.parse(JSON.parse(await readFile(entry, 'utf8')));
  } catch (error) {
    if (isErrno(error, 'ENOENT') || error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}

async function writeEntry(directory: string, { entry, ...content }: { entry: string; record: string; sha256: string }): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await replaceFile(entry, { bytes: JSON.stringify(content), mode: 0o600 });
}
