import { createPrivateKey, webcrypto, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type * as X509 from '@peculiar/x509';
import { NvError } from '../../core/errors.ts';
import type { CertificateRequest } from '../../core/steps/step-kind.ts';
import type { IssuedCertificate } from '../../ports/run-secrets.ts';
import { type Authority, clockSlackMs, dayMs, ecdsaP256, exportKey, loadX509, nameOf, randomSerial } from './authority.ts';

/** `now` is the issuing time; `days` the life of the leaf, never beyond the CA's. */
export type IssueOptions = { readonly request: CertificateRequest; readonly ca: Authority; readonly now: Date; readonly days?: number };

const defaultDays = 365;

/**
 * Issues a leaf for servers and clients alike with a fresh P-256 key; both PEM, the certificate without its chain.
 * Rejects with NV_SECRET_INVALID when the CA cannot sign at `now`.
 */
export async function issueCertificate({ request, ca, now, days = defaultDays }: IssueOptions): Promise<IssuedCertificate> {
  const x509 = await loadX509();
  const endMs = requireLiving(ca, now);
  const issuer = new x509.X509Certificate(ca.cert);
  const signer = await importSigner(ca.key);
  const keys = await webcrypto.subtle.generateKey(ecdsaP256, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: await nameOf(request.commonName),
    issuer: issuer.subjectName,
    serialNumber: randomSerial(),
    notBefore: new Date(now.getTime() - clockSlackMs),
    notAfter: new Date(Math.min(now.getTime() + days * dayMs, endMs)),
    publicKey: keys.publicKey,
    signingKey: signer.key,
    signingAlgorithm: signer.algorithm,
    extensions: await leafExtensions(x509, { request, issuer, publicKey: keys.publicKey }),
  });
  return { keyPem: await exportKey(keys.privateKey), certPem: `${certificate.toString('pem')}\n` };
}

type Leaf = { readonly request: CertificateRequest; readonly issuer: X509.X509Certificate; readonly publicKey: webcrypto.CryptoKey };

async function leafExtensions(x509: Awaited<ReturnType<typeof loadX509>>, { request, issuer, publicKey }: Leaf): Promise<X509.Extension[]> {
  const dnsNames = request.dnsNames.map((value) => ({ type: 'dns', value }) as const);
  const addresses = request.addresses.map((value) => ({ type: 'ip', value: requireAddress(value) }) as const);
  const names = [...dnsNames, ...addresses];
  const issuerKeyId = issuer.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId;
  return [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
    ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
    await x509.SubjectKeyIdentifierExtension.create(publicKey),
    issuerKeyId
      ? new x509.AuthorityKeyIdentifierExtension(issuerKeyId)
      : await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
  ];
}

/** The end of the CA's life in ms of the epoch. */
function requireLiving(ca: Authority, now: Date): number {
  const end = new X509Certificate(ca.cert).validToDate;
  if (end.getTime() > now.getTime()) return end.getTime();
  throw new NvError({ code: 'NV_SECRET_INVALID', message: `ca-cert ended on ${end.toISOString()}`, hint: 'give a new ca-key and ca-cert' });
}

function requireAddress(value: string): string {
  if (isIP(value) !== 0) return value;
  throw new Error(`not an IP address: ${value}`);
}

/** The CA's key and how it signs: ECDSA on its curve, or RSA, with SHA-256. */
async function importSigner(pem: string): Promise<{ key: webcrypto.CryptoKey; algorithm: { name: string; hash: string } }> {
  const key = createPrivateKey(pem);
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' });
  const algorithm = algorithmOf(key.asymmetricKeyType, key.asymmetricKeyDetails?.namedCurve);
  return { key: await webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']), algorithm };
}

function algorithmOf(type: string | undefined, curve: string | undefined): { name: string; hash: string; namedCurve?: string } {
  const namedCurve = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' }[curve ?? ''];
  if (type === 'ec' && namedCurve) return { name: 'ECDSA', hash: 'SHA-256', namedCurve };
  if (type === 'rsa') return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  throw new NvError({ code: 'NV_SECRET_INVALID', message: 'ca-key is neither an RSA key nor one on a NIST curve' });
}
