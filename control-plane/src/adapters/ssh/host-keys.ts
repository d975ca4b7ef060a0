import { appendFile, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { NvError } from '../../core/errors.ts';
import { fingerprint, type HostKeyVerdict, judgeHostKey, type KnownHosts, keyTypeOf, knownHostLine, knownHostName } from './known-hosts.ts';
import { sshError } from './ssh-errors.ts';
import type { SshTarget } from './target.ts';

/** A host's key that no known_hosts file holds; `host` as known_hosts names it. */
export type UnknownHostKey = { readonly host: string; readonly keyType: string; readonly fingerprint: string };

export type HostKeyPolicy = {
  /** Pins an unknown key at its first use; a changed key is refused all the same. */
  readonly acceptNewHostKeys: boolean;
  /** Asked about an unknown key when new keys are not accepted; `true` pins it. Several hosts may ask at once. */
  readonly onUnknownKey?: (key: UnknownHostKey) => boolean | Promise<boolean>;
};

/** Why a key is not trusted (NV_SSH_HOST_KEY); `unknown` = nothing speaks against it either. */
export type HostKeyRefusal = { readonly error: NvError; readonly unknown: boolean; readonly key: Buffer; readonly target: SshTarget };

/** `null` when the key is trusted for the target. */
export function checkHostKey(key: Buffer, known: KnownHosts, target: SshTarget): HostKeyRefusal | null {
  const verdict = judgeHostKey(known, nameOf(target), key);
  if (verdict.kind === 'trusted') return null;
  return { error: refusalError(verdict, key, target), unknown: verdict.kind === 'unknown', key, target };
}

/** Whether a refused key is to be pinned: an unknown one that is accepted. */
export async function mayPin({ unknown, key, target }: HostKeyRefusal, policy: HostKeyPolicy): Promise<boolean> {
  if (!unknown || policy.acceptNewHostKeys) return unknown;
  const asked = policy.onUnknownKey?.({ host: nameOf(target), keyType: keyTypeOf(key), fingerprint: fingerprint(key) });
  return (await asked) ?? false;
}

/** Adds the key to the target's first known_hosts file, in one write; a last line without its end is ended first. */
export async function pinHostKey({ key, target }: HostKeyRefusal): Promise<void> {
  const file = target.knownHosts[0] as string;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const separator = (await endsInMidLine(file)) ? '\n' : '';
  await appendFile(file, `${separator}${knownHostLine(nameOf(target), key)}`);
}

async function endsInMidLine(file: string): Promise<boolean> {
  await using handle = await open(file, 'a+', 0o600);
  const { size } = await handle.stat();
  if (size === 0) return false;
  const last = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return last.buffer[0] !== 0x0a;
}

function nameOf(target: SshTarget): string {
  return knownHostName(target.host, target.port);
}

type Refused = Exclude<HostKeyVerdict, { kind: 'trusted' }>;

function refusalError(verdict: Refused, key: Buffer, target: SshTarget): NvError {
  const files = target.knownHosts.join(', ');
  const refuse = (message: string, hint: string) =>
    sshError(target, { code: 'NV_SSH_HOST_KEY', message: `${message}: ${shown(key)}`, hint });
  switch (verdict.kind) {
    case 'revoked':
      return refuse(`${nameOf(target)} shows a key that ${files} revokes`, 'Someone may be listening in; the host needs a new key.');
    case 'changed':
      return refuse(
        `${nameOf(target)} shows another host key than ${verdict.known.map(shown).join(', ')} in ${files}`,
        `Someone may be listening in. If the host was really installed anew, remove its line with \`ssh-keygen -R '${nameOf(target)}' -f FILE\`.`,
      );
    case 'unknown':
      return refuse(`the host key of ${nameOf(target)} is not in ${files}`, unknownHint(verdict.authority, target));
  }
}

function unknownHint(authority: boolean, target: SshTarget): string {
  const hint = `Compare the fingerprint with \`ssh-keygen -lf\` on the host; then add the key to ${target.knownHosts[0]} or repeat with --accept-new-host-keys.`;
  return authority ? `${hint} A @cert-authority line names the host, but host certificates are not supported.` : hint;
}

function shown(key: Buffer): string {
  return `${keyTypeOf(key)} ${fingerprint(key)}`;
}
