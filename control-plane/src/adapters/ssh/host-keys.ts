import { appendFile, mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { NvError } from '../../core/errors.ts';
import {
  fingerprint,
  type HostKeyVerdict,
  judgeHostKey,
  type KnownHost,
  keyTypeOf,
  knownHostLine,
  knownHostName,
  parseKnownHosts,
} from './known-hosts.ts';

/** A host's key that no known_hosts file holds. */
export type UnknownHostKey = { readonly host: string; readonly keyType: string; readonly fingerprint: string };

export type HostKeyPolicy = {
  /** Pins an unknown key at its first use; a changed key is refused all the same. */
  readonly acceptNewHostKeys: boolean;
  /** Asked about an unknown key when new keys are not accepted; `true` pins it. */
  readonly onUnknownKey?: (key: UnknownHostKey) => boolean | Promise<boolean>;
};

/** Where the key comes from: the address and port as known_hosts names them, and the files; the first one is pinned to. */
export type HostKeyPlace = { readonly host: string; readonly port: number; readonly files: readonly string[] };

/** The entries of all files in their order; a file that does not exist has none. */
export async function readKnownHosts(files: readonly string[]): Promise<readonly KnownHost[]> {
  const texts = await Promise.all(files.map(readIfPresent));
  return texts.flatMap(parseKnownHosts);
}

/** Settles when the key may be trusted; else rejects with NV_SSH_HOST_KEY. */
export async function checkHostKey(key: Buffer, place: HostKeyPlace, policy: HostKeyPolicy): Promise<void> {
  const name = knownHostName(place.host, place.port);
  const verdict = judgeHostKey(await readKnownHosts(place.files), name, key);
  if (verdict.kind === 'trusted') return;
  if (verdict.kind !== 'unknown') throw refusal(verdict, key, place);
  const unknown = { host: name, keyType: keyTypeOf(key), fingerprint: fingerprint(key) };
  const accepted = policy.acceptNewHostKeys || (await policy.onUnknownKey?.(unknown));
  if (!accepted) throw refusal(verdict, key, place);
  await pin(place.files[0] as string, knownHostLine(name, key));
}

/** One write in append mode is atomic; a last line without its end is ended first. */
async function pin(file: string, line: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const separator = (await endsInMidLine(file)) ? '\n' : '';
  await appendFile(file, `${separator}${line}`, { mode: 0o600 });
}

async function endsInMidLine(file: string): Promise<boolean> {
  await using handle = await open(file, 'a+');
  const { size } = await handle.stat();
  if (size === 0) return false;
  const last = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return last.buffer[0] !== 0x0a;
}

function refusal(verdict: Exclude<HostKeyVerdict, { kind: 'trusted' }>, key: Buffer, place: HostKeyPlace): NvError {
  const name = knownHostName(place.host, place.port);
  const shown = `${keyTypeOf(key)} ${fingerprint(key)}`;
  const files = place.files.join(', ');
  if (verdict.kind === 'revoked') return hostKeyError(`${name} shows a key that ${files} revokes: ${shown}`, changedHint(name, files));
  if (verdict.kind === 'changed') {
    const message = `${name} shows another host key than the ${verdict.knownTypes.join(', ')} one in ${files}: ${shown}`;
    return hostKeyError(message, changedHint(name, files));
  }
  const authority = verdict.authority ? ' A @cert-authority line names the host, but host certificates are not supported.' : '';
  const hint = `Compare the fingerprint with \`ssh-keygen -lf\` on the host; then add the key to ${place.files[0]} or repeat with --accept-new-host-keys.`;
  return hostKeyError(`the host key of ${name} is not in ${files}: ${shown}`, hint + authority);
}

function changedHint(name: string, files: string): string {
  return `Someone may be listening in. If the host was really installed anew, remove its line with \`ssh-keygen -R '${name}' -f ${files.split(', ')[0]}\`.`;
}

function hostKeyError(message: string, hint: string): NvError {
  return new NvError({ code: 'NV_SSH_HOST_KEY', message, hint });
}

async function readIfPresent(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new NvError({ code: 'NV_SSH_HOST_KEY', message: `cannot read ${file}: ${(cause as Error).message}` }, { cause });
  }
}
