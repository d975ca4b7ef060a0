import { mkdir, readFile, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { NvError } from '../../core/errors.ts';
import { createFile, isErrno } from '../atomic-file.ts';
import { newIdentityKey } from './age-cipher.ts';

/** `keys` = age identities as text; `origin` names where they come from, for messages. */
export type Identity = { readonly keys: readonly string[]; readonly origin: string };

/** `environment` gives NETVIS_AGE_IDENTITY: a path, or the identity itself (`AGE-SECRET-KEY-…`). `home` = the user's home directory. */
export type IdentityPlace = {
  readonly environment: Readonly<Record<string, string | undefined>> /** Absent = the user's own. */;
  readonly home?: string;
};

const keyPattern = /^AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]+$/;

/**
 * The age identity for `secretsFile`, or null when its file does not exist.
 * Rejects with NV_SECRETS_IDENTITY when others may read it, it lies beside the secrets file, or it holds no key.
 */
export async function findIdentity(place: IdentityPlace, secretsFile: string): Promise<Identity | null> {
  const given = place.environment.NETVIS_AGE_IDENTITY;
  if (given?.includes('AGE-SECRET-KEY-')) return parseIdentity(given, 'NETVIS_AGE_IDENTITY');
  const path = identityPath(place);
  await refuseBeside(path, secretsFile);
  try {
    await refuseReadable(path);
    return parseIdentity(await readFile(path, 'utf8'), path);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null;
    throw asIdentityError(path, error);
  }
}

/** The identity for `secretsFile`, made (file 0600, directory 0700) when absent; of several processes at once all get the same. */
export async function findOrCreateIdentity(place: IdentityPlace, secretsFile: string): Promise<Identity> {
  const found = await findIdentity(place, secretsFile);
  if (found) return found;
  const path = identityPath(place);
  const { key, recipient } = await newIdentityKey();
  const text = `# netvis-ctl identity: opens secrets files; keep a copy in a safe place\n# public key: ${recipient}\n${key}\n`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await createFile(path, { bytes: text, mode: 0o600 });
  } catch (error) {
    throw asIdentityError(path, error);
  }
  return (await findIdentity(place, secretsFile)) ?? refuse(`the age identity ${path} vanished while it was made`);
}

/** Where the identity is expected when it is a file. */
export function identityPath(place: IdentityPlace): string {
  const given = place.environment.NETVIS_AGE_IDENTITY;
  if (!given) return join(place.home ?? homedir(), '.config', 'netvis', 'identity.txt');
  return given.startsWith('~/') ? join(place.home ?? homedir(), given.slice(2)) : given;
}

function parseIdentity(text: string, origin: string): Identity {
  const lines = text.split('\n').map((line) => line.trim());
  const keys = lines.filter((line) => line !== '' && !line.startsWith('#'));
  if (keys.length === 0 || !keys.every((key) => keyPattern.test(key))) {
    refuse(
      `${origin} holds no age identity`,
      'it must hold lines of the form AGE-SECRET-KEY-1…, as age-keygen writes them; a passphrase is not supported',
    );
  }
  return { keys, origin };
}

async function refuseReadable(path: string): Promise<void> {
  const mode = (await stat(path)).mode & 0o777;
  if ((mode & 0o077) !== 0) refuse(`the age identity ${path} can be used by others (mode ${mode.toString(8)})`, `chmod 600 ${path}`);
}

async function refuseBeside(path: string, secretsFile: string): Promise<void> {
  const [identityDirectory, secretsDirectory] = await Promise.all([realDirectory(path), realDirectory(secretsFile)]);
  if (identityDirectory === secretsDirectory) {
    refuse(
      `the age identity ${path} lies beside the secrets it opens`,
      'move it to ~/.config/netvis/identity.txt or name another place in NETVIS_AGE_IDENTITY',
    );
  }
}

/** The directory that really holds a file; as written when it does not exist yet. */
async function realDirectory(path: string): Promise<string> {
  for (const [follow, directory] of [
    [path, (real: string) => dirname(real)],
    [dirname(path), (real: string) => real],
  ] as const) {
    try {
      return directory(await realpath(follow));
    } catch (error) {
      if (!isErrno(error, 'ENOENT')) throw asIdentityError(path, error);
    }
  }
  return dirname(path);
}

function asIdentityError(path: string, error: unknown): NvError {
  if (error instanceof NvError) return error;
  const reason = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
  return new NvError({ code: 'NV_SECRETS_IDENTITY', message: `the age identity ${path} cannot be used${reason}` }, { cause: error });
}

function refuse(message: string, hint?: string): never {
  throw new NvError({ code: 'NV_SECRETS_IDENTITY', message, ...(hint ? { hint } : {}) });
}
