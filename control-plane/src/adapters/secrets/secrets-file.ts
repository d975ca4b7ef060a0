import { readFile } from 'node:fs/promises';
import { type Document, isMap, isScalar, parseDocument, Scalar } from 'yaml';
import { NvError } from '../../core/errors.ts';
import { secretNamePattern } from '../../core/secret-rules.ts';
import { isErrno, replaceFile } from '../atomic-file.ts';
import { countRecipients, decipherText, encipherText, type Sealed, unwrapArmor, wrapArmor } from './age-cipher.ts';
import type { Identity } from './identity.ts';

/** A secrets file as it lies on the disk, still enciphered. */
export type SealedFile = Sealed & { readonly path: string };

/** A deciphered secrets file: its YAML (comments kept) and its values by name. */
export type OpenFile = { readonly document: Document; readonly values: Readonly<Record<string, string>> };

/** Reads the enciphered file; null when there is none, NV_SECRETS_MISSING when it cannot be read. */
export async function readSealed(path: string): Promise<SealedFile | null> {
  try {
    return { path, ...unwrapArmor(await readFile(path)) };
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null;
    throw undecipherable(path, error);
  }
}

/** Deciphers. Rejects with NV_SECRETS_MISSING when the identity does not open it, NV_SECRET_INVALID when the text inside is wrong. */
export async function openSealed(sealed: SealedFile, identity: Identity): Promise<OpenFile> {
  let text: string;
  try {
    text = await decipherText(sealed, identity.keys);
  } catch (error) {
    throw undecipherable(sealed.path, error);
  }
  return parseSecrets(text, sealed.path);
}

/** An empty file in memory, to be filled by `addSecrets`. */
export function emptyFile(path: string): OpenFile {
  return parseSecrets('# Secrets of one cluster, by name.\n{}\n', path);
}

/** The file with more values; comments and order of the others stay. */
export function addSecrets(file: OpenFile, values: Readonly<Record<string, string>>): OpenFile {
  const document = file.document.clone() as Document;
  if (isMap(document.contents)) document.contents.flow = false;
  for (const [name, value] of Object.entries(values)) {
    const scalar = new Scalar(value);
    scalar.type = value.includes('\n') ? Scalar.BLOCK_LITERAL : Scalar.QUOTE_DOUBLE;
    document.set(name, scalar);
  }
  return { document, values: { ...file.values, ...values } };
}

/**
 * Enciphers for `identity` and replaces the file at once (0600). A file that was enciphered for more recipients than the
 * identity names is refused with NV_SECRETS_IDENTITY: writing it would lock the others out.
 */
export async function writeSealed(file: OpenFile, to: { path: string; identity: Identity; previous: SealedFile | null }): Promise<void> {
  if (to.previous && countRecipients(to.previous) > to.identity.keys.length) throw lockedOut(to.path);
  const bytes = await encipherText(String(file.document), to.identity.keys);
  await replaceFile(to.path, { bytes: wrapArmor({ bytes, armored: to.previous?.armored ?? false }), mode: 0o600 });
}

function parseSecrets(text: string, path: string): OpenFile {
  // Failsafe: every scalar is the text as written, so that 0123 and yes stay what the user typed.
  const document = parseDocument(text, { schema: 'failsafe', prettyErrors: false, uniqueKeys: true, merge: false });
  const [error] = document.errors;
  // The reader's own message may quote the text.
  if (error) throw invalid(path, `is not valid YAML (${error.code}) at character ${error.pos[0]} of the deciphered text`);
  if (!isMap(document.contents)) throw invalid(path, 'must be a map of names to values');
  const pairs = document.contents.items.map(({ key, value }, i) => entryOf({ key, value, number: i + 1, path }));
  return { document, values: Object.fromEntries(pairs) };
}

function entryOf(entry: { key: unknown; value: unknown; number: number; path: string }): [string, string] {
  const name = textOf(entry.key);
  const value = textOf(entry.value);
  if (name === null || !secretNamePattern.test(name)) {
    throw invalid(entry.path, `has an entry (number ${entry.number}) whose name is not lower-case letters, digits and hyphens`);
  }
  if (value === null) throw invalid(entry.path, `has an entry ${name} that is not text`);
  return [name, value];
}

function textOf(node: unknown): string | null {
  return isScalar(node) && typeof node.value === 'string' ? node.value : null;
}

function undecipherable(path: string, cause: unknown): NvError {
  const hint = 'restore the file or its identity from a copy (NETVIS_AGE_IDENTITY or ~/.config/netvis/identity.txt); it is left as it is';
  return new NvError({ code: 'NV_SECRETS_MISSING', message: `the secrets file ${path} cannot be deciphered`, hint }, { cause });
}

function invalid(path: string, flaw: string): NvError {
  return new NvError({ code: 'NV_SECRET_INVALID', message: `the secrets file ${path} ${flaw}` });
}

function lockedOut(path: string): NvError {
  return new NvError({
    code: 'NV_SECRETS_IDENTITY',
    message: `${path} is enciphered for more recipients than the identity names, so it is not rewritten`,
    hint: 'add the missing secrets with the age command for all recipients, or give them in the environment',
  });
}
