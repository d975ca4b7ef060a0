import { createPrivateKey, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import type { Extension, Name } from '@peculiar/x509';
import { NvError } from '../../core/errors.ts';

/** A certificate authority as PEM: `key` PKCS#8 or SEC1 unencrypted, `cert` X.509. */
export type Authority = { readonly key: string; readonly cert: string };

/** The only kind of key that is generated; given authorities may have others. */
export const ecdsaP256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

export const dayMs = 86_400_000;
const authorityDays = 3653;
const maxCommonName = 64;
/** A host whose clock is slow accepts the certificate all the same. */
export const clockSlackMs = 300_000;

/** Makes a CA (ECDSA P-256, ten years, signs leaves only). */
export async function createAuthority(commonName: string, now: Date): Promise<Authority> {
  const x509 = await loadX509();
  const keys = await webcrypto.subtle.generateKey(ecdsaP256, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: await nameOf(commonName.slice(0, maxCommonName)),
    keys,
    serialNumber: randomSerial(),
    notBefore: new Date(now.getTime() - clockSlackMs),
    notAfter: new Date(now.getTime() + authorityDays * dayMs),
    signingAlgorithm: ecdsaP256,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ] satisfies Extension[],
  });
  return { key: await exportKey(keys.privateKey), cert: `${certificate.toString('pem')}\n` };
}

/** Throws NV_SECRET_INVALID when key and certificate are not the pair of one authority. */
export function requirePair(authority: Authority): void {
  const flaw = pairFlaw(authority);
  if (flaw) throw new NvError({ code: 'NV_SECRET_INVALID', message: flaw, hint: 'give ca-key and ca-cert as one pair in PEM, or neither' });
}

function pairFlaw(authority: Authority): string | null {
  const certificate = parsed(() => new X509Certificate(authority.cert));
  const key = parsed(() => createPrivateKey(authority.key));
  if (!certificate) return 'ca-cert is not a certificate';
  if (!key) return 'ca-key is not an unencrypted private key';
  if (!certificate.checkPrivateKey(key)) return 'ca-key does not belong to ca-cert';
  return certificate.ca ? null : 'ca-cert is not the certificate of an authority';
}

/** What `parse` reads, or null where it throws: its errors may quote the key. */
function parsed<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch {
    return null;
  }
}

/** A distinguished name of one common name, whatever characters it holds. */
export async function nameOf(commonName: string): Promise<Name> {
  return new (await loadX509()).Name([{ CN: [{ utf8String: commonName }] }]);
}

/** 127 random bits: positive, and never the same twice. */
export function randomSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

export async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  const lines = pkcs8.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`;
}

/** The library, loaded at first use: a run that issues nothing does not pay for it. */
export async function loadX509(): Promise<typeof import('@peculiar/x509')> {
  await import('reflect-metadata');
  return await import('@peculiar/x509');
}
