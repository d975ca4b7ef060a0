import { readFile, stat } from 'node:fs/promises';
import type { Principal } from '../../core/access.ts';
import { createFile } from '../atomic-file.ts';
import { findOwner, formatToken, newToken, parseTokens, type TokenEntry } from './token-entries.ts';

export type TokenFile = {
  /** The owner of a token, by the file as it is now: an entry added or taken away counts at once. Rejects with NV_USAGE for a broken file. */
  user(token: string): Promise<Principal | null>;
};

const header = '# Tokens of the REST service: SCOPE NAME SHA256-OF-THE-TOKEN. Scopes: viewer, operator, admin.\n';

/**
 * Opens the file of token hashes (0600). When there is none yet, it is made with one admin token, which `onFirstToken`
 * gets: nobody can read it later.
 */
export async function openTokenFile(path: string, onFirstToken: (token: string) => void): Promise<TokenFile> {
  const { token, entry } = newToken({ name: 'first', scope: 'admin' });
  if (await createFile(path, { bytes: header + formatToken(entry), mode: 0o600 })) onFirstToken(token);
  let known: { readonly version: string; readonly entries: readonly TokenEntry[] } = { version: '', entries: [] };
  const load = async () => {
    const { mtimeNs, size, ino } = await stat(path, { bigint: true });
    const version = `${ino} ${mtimeNs} ${size}`;
    if (version !== known.version) known = { version, entries: parseTokens(await readFile(path, 'utf8'), path) };
    return known.entries;
  };
  await load();
  return { user: async (candidate) => findOwner(await load(), candidate) };
}
