import { readFile } from 'node:fs/promises';
import type { AuthMethod, ParsedKey } from 'ssh2';
import ssh2 from 'ssh2';
import { NvError } from '../../core/errors.ts';
import type { SecretLookup } from '../../core/secret.ts';
import { sshError } from './ssh-errors.ts';
import type { SshTarget } from './target.ts';

/** The secret that opens encrypted private keys. */
export const passphraseSecret = 'ssh-passphrase';

/** What a login is tried with, in order, and its names for messages. */
export type Credentials = { readonly methods: readonly AuthMethod[]; readonly names: readonly string[] };

/** Reads the target's keys. A stated key that cannot be used is NV_SSH_AUTH; a default one is passed over. */
export async function loadCredentials(target: SshTarget, lookup: SecretLookup): Promise<Credentials> {
  const found = await Promise.all(target.keys.map((key) => loadKey(target, key, lookup)));
  const keys = found.filter((key) => key !== null);
  const methods = keys.map(({ key }): AuthMethod => ({ type: 'publickey', username: target.user, key }) as AuthMethod);
  const names = keys.map(({ path }) => path);
  if (target.agentSocket === undefined) return { methods, names };
  const agent = { type: 'agent', username: target.user, agent: target.agentSocket } as AuthMethod;
  return { methods: [...methods, agent], names: [...names, 'the ssh-agent'] };
}

type KeyFile = SshTarget['keys'][number];

async function loadKey(target: SshTarget, file: KeyFile, lookup: SecretLookup): Promise<{ path: string; key: ParsedKey } | null> {
  try {
    return { path: file.path, key: parse(await readFile(file.path), file.path, lookup) };
  } catch (cause) {
    if (!file.stated) return null;
    const hint = cause instanceof NvError ? cause.hint : undefined;
    const message = `cannot use the private key ${file.path}: ${(cause as Error).message}`;
    throw sshError(target, { code: 'NV_SSH_AUTH', message, ...(hint && { hint }) }, cause);
  }
}

function parse(text: Buffer, path: string, lookup: SecretLookup): ParsedKey {
  const plain = ssh2.utils.parseKey(text);
  if (!(plain instanceof Error)) return plain;
  if (!/encrypted/i.test(plain.message)) throw plain;
  const opened = ssh2.utils.parseKey(text, passphrase(path, lookup));
  if (opened instanceof Error) throw wrongPassphrase('the passphrase does not open it');
  return opened;
}

function passphrase(path: string, lookup: SecretLookup): string {
  try {
    return lookup(passphraseSecret);
  } catch {
    throw wrongPassphrase(`it is encrypted and there is no secret ${passphraseSecret} (${path})`);
  }
}

function wrongPassphrase(message: string): NvError {
  const hint = `Set NETVIS_SECRET_SSH_PASSPHRASE, or add the key to an ssh-agent with ssh-add.`;
  return new NvError({ code: 'NV_SSH_AUTH', message, hint });
}
