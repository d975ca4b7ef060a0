import { createHash, createHmac } from 'node:crypto';

/** A line of a known_hosts file that names a key. `key` is the public key's SSH wire form. */
export type KnownHost = {
  readonly hosts: string;
  readonly keyType: string;
  readonly key: Buffer;
  readonly marker: 'trusted' | 'revoked' | 'authority';
};

/** Entries that can be asked by name without looking at each. */
export type KnownHosts = {
  /** The entries that name a host (see `knownHostName`), in their order. */
  of(name: string): readonly KnownHost[];
};

/** What the files say of a host's key. `known` are the keys trusted for the host. */
export type HostKeyVerdict =
  | { readonly kind: 'trusted' }
  | { readonly kind: 'revoked' }
  | { readonly kind: 'changed'; readonly known: readonly Buffer[] }
  | { readonly kind: 'unknown'; readonly authority: boolean };

/** The lines of a known_hosts file; lines that are no entries are skipped, as OpenSSH does. */
export function parseKnownHosts(text: string): readonly KnownHost[] {
  return text.split('\n').flatMap((line) => parseLine(line.trim()) ?? []);
}

/** Plain names are found at once; patterns and hashed names are tried one by one. */
export function indexKnownHosts(entries: readonly KnownHost[]): KnownHosts {
  const plain = new Map<string, number[]>();
  const tried: number[] = [];
  entries.forEach(({ hosts }, i) => {
    if (/[|*?!]/.test(hosts)) tried.push(i);
    else for (const name of new Set(hosts.toLowerCase().split(','))) plain.set(name, [...(plain.get(name) ?? []), i]);
  });
  const entryAt = (i: number) => entries[i] as KnownHost;
  const of = (name: string) => {
    const found = [...(plain.get(name) ?? []), ...tried.filter((i) => namesHost(entryAt(i).hosts, name))];
    return found.sort((a, b) => a - b).map(entryAt);
  };
  return { of };
}

/** The name a host has in known_hosts: `[host]:port` unless the port is 22. */
export function knownHostName(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/** Compares the key a server shows with the entries for `name` (see `knownHostName`). */
export function judgeHostKey(known: KnownHosts, name: string, key: Buffer): HostKeyVerdict {
  const mine = known.of(name);
  if (mine.some((entry) => entry.marker === 'revoked' && entry.key.equals(key))) return { kind: 'revoked' };
  const trusted = mine.filter((entry) => entry.marker === 'trusted');
  if (trusted.some((entry) => entry.key.equals(key))) return { kind: 'trusted' };
  if (trusted.length > 0) return { kind: 'changed', known: trusted.map((entry) => entry.key) };
  return { kind: 'unknown', authority: mine.some((entry) => entry.marker === 'authority') };
}

/** Types of the keys trusted for `name`, in the files' order: what the server is asked to show first. */
export function knownKeyTypes(known: KnownHosts, name: string): readonly string[] {
  const trusted = known.of(name).filter((entry) => entry.marker === 'trusted');
  return [...new Set(trusted.map((entry) => entry.keyType))];
}

/** The fingerprint as OpenSSH prints it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The key's type, which its wire form begins with. */
export function keyTypeOf(key: Buffer): string {
  return key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');
}

/** The line that pins a key. */
export function knownHostLine(name: string, key: Buffer): string {
  return `${name} ${keyTypeOf(key)} ${key.toString('base64')}\n`;
}

const markers = { '@revoked': 'revoked', '@cert-authority': 'authority' } as const;

function parseLine(line: string): KnownHost | null {
  const words = line.split(/[ \t]+/);
  const marked = words[0]?.startsWith('@') ? words.shift() : undefined;
  const marker = marked === undefined ? 'trusted' : markers[marked as keyof typeof markers];
  const [hosts, keyType, encoded] = words;
  if (!marker || !hosts || hosts.startsWith('#') || !keyType || !encoded) return null;
  const key = Buffer.from(encoded, 'base64');
  return key.length > 4 + keyType.length ? { hosts, keyType, key, marker } : null;
}

/** One negated pattern that matches outweighs all others. */
function namesHost(hosts: string, name: string): boolean {
  if (hosts.startsWith('|1|')) return matchesHash(hosts, name);
  const patterns = hosts.toLowerCase().split(',');
  if (patterns.some((pattern) => pattern.startsWith('!') && matchesPattern(pattern.slice(1), name))) return false;
  return patterns.some((pattern) => matchesPattern(pattern, name));
}

function matchesHash(hosts: string, name: string): boolean {
  const [salt, hash] = hosts.slice(3).split('|');
  if (!salt || !hash) return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
}

/** `*` and `?` as in a shell pattern; brackets stand for themselves. */
function matchesPattern(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(name);
}
