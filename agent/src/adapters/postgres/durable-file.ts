/** Files that must be there, or gone, after a power cut. */
import { chown, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export type Owner = { readonly uid: number; readonly gid: number };

/** The file's text; null where there is none. */
export async function readText(path: string): Promise<string | null> {
  return orNull(readFile(path, 'utf8'));
}

export async function exists(path: string): Promise<boolean> {
  return (await orNull(stat(path))) !== null;
}

/** Replaces the file as a whole, readable for its owner alone. */
export async function writeDurably(path: string, text: string, owner: Owner): Promise<void> {
  const temporary = join(await scratchBeside(path), `${basename(path)}.new`);
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.chown(owner.uid, owner.gid);
    await file.sync();
  } finally {
    await file.close();
  }
  await renameDurably(temporary, path);
}

/**
 * Where an unfinished file may be left lying. In a data directory one that is not its owner's yet would stop every copy of it:
 * pg_basebackup and pg_rewind leave this one folder out.
 */
async function scratchBeside(path: string): Promise<string> {
  const scratch = join(dirname(path), 'pg_stat_tmp');
  return (await exists(scratch)) ? scratch : dirname(path);
}

/** An empty directory for its owner alone, in place of what is there: the owner may not make one beside it himself. */
export async function makeEmptyDirectory(path: string, owner: Owner): Promise<void> {
  await removeDurably(path);
  await mkdir(path, { recursive: true, mode: 0o700 });
  await chown(path, owner.uid, owner.gid);
}

/** Removes the file or directory, if it is there. */
export async function removeDurably(path: string): Promise<void> {
  if (!(await exists(path))) return;
  await rm(path, { recursive: true, force: true });
  await syncDirectory(dirname(path));
}

/** Within one file system. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncDirectory(dirname(to));
}

export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** A path that does not exist, or is no directory where one is needed, is an answer; every other failure is one. */
export async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (isAbsence(error)) return null;
    throw error;
  }
}

function isAbsence(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
