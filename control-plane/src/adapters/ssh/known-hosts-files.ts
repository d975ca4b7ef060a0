import { readFile, stat } from 'node:fs/promises';
import { NvError } from '../../core/errors.ts';
import { indexKnownHosts, type KnownHosts, parseKnownHosts } from './known-hosts.ts';

/** The known_hosts files of a process. */
export type KnownHostsFiles = {
  /**
   * The entries of all files in their order; a file that does not exist has none. Rejects with NV_SSH_HOST_KEY for one
   * that cannot be read.
   */
  read(files: readonly string[]): Promise<KnownHosts>;
};

type Reading = { readonly versions: string; readonly entries: Promise<KnownHosts> };

/** A file is read again only when it has changed: every connection asks, and the file may have as many lines as there are hosts. */
export function createKnownHostsFiles(): KnownHostsFiles {
  const readings = new Map<string, Reading>();
  const read = async (files: readonly string[]) => {
    const key = files.join('\n');
    const versions = (await Promise.all(files.map(versionOf))).join('\n');
    const known = readings.get(key);
    if (known?.versions === versions) return known.entries;
    const entries = readAll(files);
    readings.set(key, { versions, entries });
    return entries;
  };
  return { read };
}

async function readAll(files: readonly string[]): Promise<KnownHosts> {
  const texts = await Promise.all(files.map((file) => orIfAbsent('', file, readFile(file, 'utf8'))));
  return indexKnownHosts(texts.flatMap(parseKnownHosts));
}

async function versionOf(file: string): Promise<string> {
  const found = await orIfAbsent(null, file, stat(file, { bigint: true }));
  return found ? `${found.ino} ${found.size} ${found.mtimeNs}` : 'absent';
}

async function orIfAbsent<T>(absent: T, file: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return absent;
    throw new NvError({ code: 'NV_SSH_HOST_KEY', message: `cannot read ${file}: ${(cause as Error).message}` }, { cause });
  }
}
