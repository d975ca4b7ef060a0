import { chown, stat, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists, orNull } from './durable-file.ts';
import { type PostgresPlace, pathsOf } from './place.ts';

/** Less than this on a file system, and PostgreSQL cannot make its next WAL segment (16 MiB). */
const leastFreeBytes = 16 * 1024 * 1024;

/** Writes to the data, and to the WAL where that has a disk of its own. The error's code where that fails; ENOSPC = no room. */
export async function probeDisk(place: PostgresPlace): Promise<string | null> {
  try {
    for (const directory of await directories(place)) if (!(await hasRoom(directory, place))) return 'ENOSPC';
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    // The data directory was just being replaced.
    return code === 'ENOENT' ? null : code;
  }
}

/** Within the data directory the one folder that copies of it leave out. */
async function directories(place: PostgresPlace): Promise<string[]> {
  const data = join(place.dataDirectory, 'pg_stat_tmp');
  if (!(await exists(data))) return [pathsOf(place).parent];
  const wal = join(place.dataDirectory, 'pg_wal');
  const device = async (path: string) => (await orNull(stat(path)))?.dev;
  return (await device(wal)) === (await device(data)) ? [data] : [data, wal];
}

/** What root may use beyond the others' limit does not help the server. */
async function hasRoom(directory: string, { systemUser }: PostgresPlace): Promise<boolean> {
  const path = join(directory, 'netvis-probe');
  await writeFile(path, '.');
  await chown(path, systemUser.uid, systemUser.gid);
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize >= leastFreeBytes;
}
