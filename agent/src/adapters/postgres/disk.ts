import { statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from './durable-file.ts';
import { type PostgresPlace, pathsOf } from './place.ts';

/** Less than this on a file system, and PostgreSQL cannot make its next WAL segment (16 MiB). */
const leastFreeBytes = 16 * 1024 * 1024;

/** Writes to the data and the WAL directory. The error's code where that fails, ENOSPC where the server has no room left. */
export async function probeDisk(place: PostgresPlace): Promise<string | null> {
  const directory = (await exists(place.dataDirectory)) ? place.dataDirectory : pathsOf(place).parent;
  const wal = join(place.dataDirectory, 'pg_wal');
  const directories = [directory, ...((await exists(wal)) ? [wal] : [])];
  try {
    for (const each of directories) if (!(await hasRoom(each))) return 'ENOSPC';
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return code;
  }
}

/** What root may use beyond the others' limit does not help the server. */
async function hasRoom(directory: string): Promise<boolean> {
  await writeFile(join(directory, 'netvis-probe'), '.', { mode: 0o644 });
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize >= leastFreeBytes;
}
