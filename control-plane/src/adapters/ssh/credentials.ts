import type { AuthMethod } from 'ssh2';
import { findAgent, type LiveAgent } from './agent.ts';
import type { KeyProblem, Keyring, OpenedKey } from './keyring.ts';
import { sshError } from './ssh-errors.ts';
import type { SshTarget } from './target.ts';

/** What a login is tried with, in order, and what to tell of it when it failed. */
export type Credentials = { readonly methods: readonly AuthMethod[]; readonly tried: readonly string[] };

/**
 * Loads the target's keys, then the ssh-agent's. A key named by the inventory must be usable (NV_SSH_AUTH),
 * but an encrypted one may be left to an agent; any other key that is not usable is passed over.
 */
export async function loadCredentials(target: SshTarget, keyring: Keyring): Promise<Credentials> {
  const agent = target.agentSocket === undefined ? null : await findAgent(target.agentSocket);
  const keys = await Promise.all(target.keys.map(async (file) => ({ ...file, ...(await keyring.open(file.path)) })));
  for (const file of keys) if (file.stated && 'problem' in file) requireAgent(target, agent, file);
  const parts = [...keys.map((file) => fileCredential(target, file)), agentCredential(target, agent)];
  return { methods: parts.flatMap((part) => part.methods), tried: parts.flatMap((part) => part.tried) };
}

function requireAgent(target: SshTarget, agent: LiveAgent | null, { path, problem }: { path: string; problem: KeyProblem }): void {
  if (problem.closed && agent && agent.keyCount > 0) return;
  const hint = problem.closed
    ? 'Set NETVIS_SECRET_SSH_PASSPHRASE, or add the key to an ssh-agent with ssh-add.'
    : 'Check ssh.key in the inventory.';
  throw sshError(target, { code: 'NV_SSH_AUTH', message: `cannot use the private key ${path}: ${problem.message}`, hint });
}

function fileCredential({ user }: SshTarget, file: { readonly path: string } & OpenedKey): Credentials {
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
