import { readFile } from 'node:fs/promises';
import type { AuthMethod, ParsedKey } from 'ssh2';
import ssh2 from 'ssh2';
import type { SecretLookup } from '../../core/secret.ts';
import { findAgent, type LiveAgent } from './agent.ts';
import { sshError } from './ssh-errors.ts';
import type { SshTarget } from './target.ts';

/** The secret that opens encrypted private keys. */
export const passphraseSecret = 'ssh-passphrase';

/** What a login is tried with, in order, and what to tell of it when it failed. */
export type Credentials = { readonly methods: readonly AuthMethod[]; readonly tried: readonly string[] };

/**
 * Loads the target's keys, then the ssh-agent's. A key named by the inventory must be usable (NV_SSH_AUTH),
 * but an encrypted one may be left to an agent; any other key that is not usable is passed over.
 */
export async function loadCredentials(target: SshTarget, lookup: SecretLookup): Promise<Credentials> {
  const agent = target.agentSocket === undefined ? null : await findAgent(target.agentSocket);
  const files = await Promise.all(target.keys.map((file) => readKey(file, lookup)));
  const unusable = files.find((file) => file.stated && 'problem' in file && !(file.problem.closed && agent?.keyCount));
  if (unusable && 'problem' in unusable) throw keyError(target, unusable.path, unusable.problem);
  const parts = [...files.map((file) => fileCredential(target, file)), agentCredential(target, agent)];
  return { methods: parts.flatMap((part) => part.methods), tried: parts.flatMap((part) => part.tried) };
}

/** Why a key file is of no use; `closed` = it is encrypted and no passphrase opens it. */
type KeyProblem = { readonly message: string; readonly closed: boolean };
type KeyFile = SshTarget['keys'][number] & ({ readonly key: ParsedKey } | { readonly problem: KeyProblem });

async function readKey(file: SshTarget['keys'][number], lookup: SecretLookup): Promise<KeyFile> {
  try {
    return { ...file, ...openKey(await readFile(file.path), lookup) };
  } catch (error) {
    return { ...file, problem: { message: (error as Error).message, closed: false } };
  }
}

function openKey(text: Buffer, lookup: SecretLookup): { key: ParsedKey } | { problem: KeyProblem } {
  const plain = ssh2.utils.parseKey(text);
  if (!(plain instanceof Error)) return { key: plain };
  if (!/encrypted/i.test(plain.message)) return { problem: { message: plain.message, closed: false } };
  const passphrase = tryLookup(lookup, passphraseSecret);
  if (passphrase === undefined) return { problem: { message: 'it is encrypted and its passphrase is not known', closed: true } };
  const opened = ssh2.utils.parseKey(text, passphrase);
  return opened instanceof Error
    ? { problem: { message: `it is encrypted and the secret ${passphraseSecret} does not open it`, closed: true } }
    : { key: opened };
}

/** A passphrase nobody knows is no error as long as another key works. */
function tryLookup(lookup: SecretLookup, name: string): string | undefined {
  try {
    return lookup(name);
  } catch {
    return undefined;
  }
}

function fileCredential({ user }: SshTarget, file: KeyFile): Credentials {
  if ('problem' in file) return { methods: [], tried: [`${file.path} (not usable: ${file.problem.message})`] };
  return { methods: [{ type: 'publickey', username: user, key: file.key } as unknown as AuthMethod], tried: [file.path] };
}

function agentCredential({ user, agentSocket }: SshTarget, found: LiveAgent | null): Credentials {
  if (agentSocket === undefined) return { methods: [], tried: [] };
  if (!found) return { methods: [], tried: [`the ssh-agent (nothing answers at ${agentSocket})`] };
  if (found.keyCount === 0) return { methods: [], tried: ['the ssh-agent (it holds no key)'] };
  const method = { type: 'agent', username: user, agent: found.agent } as unknown as AuthMethod;
  return { methods: [method], tried: [`the ssh-agent (${found.keyCount} keys)`] };
}

function keyError(target: SshTarget, path: string, problem: KeyProblem) {
  const hint = problem.closed
    ? 'Set NETVIS_SECRET_SSH_PASSPHRASE, or add the key to an ssh-agent with ssh-add.'
    : 'Check ssh.key in the inventory.';
  return sshError(target, { code: 'NV_SSH_AUTH', message: `cannot use the private key ${path}: ${problem.message}`, hint });
}
