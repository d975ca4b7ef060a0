import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { decipherText, encipherText, newIdentityKey, unwrapArmor } from '../../control-plane/src/adapters/secrets/age-cipher.ts';
import type { SecretSettings } from '../../control-plane/src/adapters/secrets/secret-source.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** Where one operator's secrets lie in a test: settings of a source, its file and the identity's. */
export type SecretsPlace = { readonly settings: SecretSettings; readonly home: string; readonly file: string; readonly identity: string };

/** A home and a site directory, both still absent. */
export async function secretsPlace(environment: Record<string, string> = {}): Promise<SecretsPlace> {
  const directory = await temporaryDirectory();
  const home = join(directory, 'home');
  const file = join(directory, 'site', 'lab.secrets.age');
  const now = () => new Date('2026-11-23T00:00:00Z');
  return { settings: { file, cluster: 'lab', home, environment, now }, home, file, identity: join(home, '.config/netvis/identity.txt') };
}

/** The first key of an identity file. */
export async function keyOf(identity: string): Promise<string> {
  return (await readFile(identity, 'utf8')).split('\n').find((line) => line.startsWith('AGE-')) ?? '';
}

/** The text of the place's secrets file. */
export async function decipher({ file, identity }: SecretsPlace): Promise<string> {
  return await decipherText(unwrapArmor(await readFile(file)), [await keyOf(identity)]);
}

/** Puts a file there that only `key` opens; without `key`, a new one that is put where the identity is looked for. */
export async function encipher(to: SecretsPlace, text: string, key?: string): Promise<void> {
  const own = key ?? (await newIdentityKey()).key;
  await mkdir(dirname(to.identity), { recursive: true });
  await mkdir(dirname(to.file), { recursive: true });
  if (!key) await writeFile(to.identity, `${own}\n`, { mode: 0o600 });
  await writeFile(to.file, await encipherText(text, [own]));
}

/** Permission bits. */
export async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777;
}
