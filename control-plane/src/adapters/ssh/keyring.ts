import { readFile } from 'node:fs/promises';
import type { ParsedKey } from 'ssh2';
import ssh2 from 'ssh2';
import type { SecretLookup } from '../../core/secret.ts';

/** The secret that opens encrypted private keys. */
export const passphraseSecret = 'ssh-passphrase';

/** A private key, or why its file is of no use; `closed` = it is encrypted and no passphrase opens it. */
export type OpenedKey = { readonly key: ParsedKey } | { readonly problem: KeyProblem };
export type KeyProblem = { readonly message: string; readonly closed: boolean };

/** The private keys of one user. */
export type Keyring = { open(path: string): Promise<OpenedKey> };

/** A key that could be opened is kept: opening an encrypted one takes half a second of computing, and all hosts share it. */
export function createKeyring(lookup: SecretLookup): Keyring {
  const opened = new Map<string, Promise<OpenedKey>>();
  const open = (path: string) => {
    const key = opened.get(path) ?? readKey(path, lookup);
    opened.set(path, key);
    return key.then((result) => {
      if ('problem' in result) opened.delete(path);
      return result;
    });
  };
  return { open };
}

async function readKey(path: string, lookup: SecretLookup): Promise<OpenedKey> {
  try {
    return parse(await readFile(path), lookup);
  } catch (error) {
    return { problem: { message: (error as Error).message, closed: false } };
  }
}

function parse(text: Buffer, lookup: SecretLookup): OpenedKey {
  const plain = ssh2.utils.parseKey(text);
  if (!(plain instanceof Error)) return { key: plain };
  if (!/encrypted/i.test(plain.message)) return { problem: { message: plain.message, closed: false } };
  const passphrase = tryLookup(lookup, passphraseSecret);
  if (passphrase === undefined) return { problem: { message: 'it is encrypted and its passphrase is not known', closed: true } };
  const opened = ssh2.utils.parseKey(text, passphrase);
  if (!(opened instanceof Error)) return { key: opened };
  return { problem: { message: `it is encrypted and the secret ${passphraseSecret} does not open it`, closed: true } };
}

/** A passphrase nobody knows is no error as long as another key works. */
function tryLookup(lookup: SecretLookup, name: string): string | undefined {
  try {
    return lookup(name);
  } catch {
    return undefined;
  }
}
