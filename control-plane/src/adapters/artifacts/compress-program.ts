import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { isErrno } from '../atomic-file.ts';
import { withFileLock } from '../file-lock.ts';
import type { HashedFile } from './hash-file.ts';

const level = 6;
/** Compressed versions kept of one program; another process may still be sending an older one. */
const keptVersions = 3;

/**
 * The program compressed, as `<directory>/<name>/<hash>/<file>.gz`: made once per content, whole or not at all, and once
 * when several processes ask at the same time. Returns its path.
 */
export async function compressProgram(program: HashedFile, place: { directory: string; name: string }): Promise<string> {
  const parent = join(place.directory, place.name);
  const target = join(parent, program.sha256.slice(0, 16), `${basename(program.path)}.gz`);
  if (await exists(target)) return target;
  await mkdir(join(target, '..'), { recursive: true, mode: 0o700 });
  await withFileLock(join(parent, 'lock'), async () => {
    if (await exists(target)) return;
    await compress(program.path, target);
    await dropOld(parent);
  });
  return target;
}

async function compress(path: string, target: string): Promise<void> {
  const temporary = `${target}.new`;
  await pipeline(createReadStream(path), createGzip({ level }), createWriteStream(temporary, { mode: 0o600, flush: true }));
  await rename(temporary, target);
}

async function dropOld(parent: string): Promise<void> {
  const names = (await readdir(parent, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const dated = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(parent, name))).mtimeMs })));
  const old = dated.sort((a, b) => b.at - a.at).slice(keptVersions);
  await Promise.all(old.map(({ name }) => rm(join(parent, name), { recursive: true, force: true })));
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false;
    throw error;
  }
}
