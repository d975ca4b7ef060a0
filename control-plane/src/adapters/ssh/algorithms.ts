import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2';

/** Signature algorithms by the key types of known_hosts; SHA-1 signatures are not offered. */
const signatures: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

/** What is offered to a server: its known key types first, so that it shows one which can be compared. */
export function algorithmsFor(knownTypes: readonly string[]): Algorithms {
  const order = new Set([...knownTypes, ...Object.keys(signatures)]);
  return { serverHostKey: [...order].flatMap((type) => signatures[type] ?? []) };
}
