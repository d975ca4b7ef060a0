import { randomUUID } from 'node:crypto';
import { type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

export type FileContent = { readonly bytes: Uint8Array | string; readonly mode: number };

/** Writes a file whole or not at all: temporary file beside it, synced, renamed over the old one, directory synced. */
export async function replaceFile(path: string, content: FileContent): Promise<void> {
  await throughTemporary(path, content, (temporary) => rename(temporary, path));
}

/** Writes a file whole unless the path exists already; returns whether this call made it. */
export async function createFile(path: string, content: FileContent): Promise<boolean> {
  try {
    await throughTemporary(path, content, (temporary) => link(temporary, path));
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Whether an error is the system's error of that name. */
export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

async function throughTemporary(path: string, content: FileContent, place: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${path}.${randomUUID()}.new`;
  try {
    await useFile(await open(temporary, 'wx', content.mode), async (file) => {
      await file.chmod(content.mode);
      await file.writeFile(content.bytes);
      await file.sync();
    });
    await place(temporary);
    await useFile(await open(dirname(path), 'r'), (directory) => directory.sync());
  } finally {
    await rm(temporary, { force: true });
  }
}

async function useFile(file: FileHandle, work: (file: FileHandle) => Promise<void>): Promise<void> {
  try {
    await work(file);
  } finally {
    await file.close();
  }
}
