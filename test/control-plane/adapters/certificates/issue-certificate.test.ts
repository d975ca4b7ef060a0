import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Authority, createAuthority, requirePair } from '../../../../control-plane/src/adapters/certificates/authority.ts';
import { issueCertificate } from '../../../../control-plane/src/adapters/certificates/issue-certificate.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

const now = new Date();
const dayMs = 86_400_000;
const request = { commonName: 'pg1', dnsNames: ['pg1', 'postgres-primary'], addresses: ['127.0.0.1', '::1'] };

const openssl = (...words: string[]) => execFileSync('openssl', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** A CA made by openssl, as an operator would bring one. */
async function outerAuthority(keyOptions: string[]): Promise<Authority> {
  const directory = await temporaryDirectory();
  const [key, cert] = [join(directory, 'key'), join(directory, 'cert')];
  const usage = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
  const subject = ['-days', '30', '-subj', '/C=DE/O=Ops, Inc./CN=Outer CA'];
  openssl('req', '-x509', '-newkey', ...keyOptions, '-nodes', '-keyout', key, '-out', cert, ...subject, ...usage);
  return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
}

async function files(ca: Authority, leaf: { certPem: string; keyPem: string }): Promise<Record<'ca' | 'cert' | 'key', string>> {
  const directory = await temporaryDirectory();
  const paths = { ca: join(directory, 'ca.pem'), cert: join(directory, 'cert.pem'), key: join(directory, 'key.pem') };
  await Promise.all([writeFile(paths.ca, ca.cert), writeFile(paths.cert, leaf.certPem), writeFile(paths.key, leaf.keyPem)]);
  return paths;
}

describe.each([
  ['our own CA', () => createAuthority('lab NetVis CA', now)],
  ['an RSA CA', () => outerAuthority(['rsa:2048'])],
  ['a CA on P-384', () => outerAuthority(['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'])],
])('with %s', (_, makeAuthority) => {
  test('openssl verifies the leaf for servers and clients, strictly', async () => {
    const ca = await makeAuthority();
    const path = await files(ca, await issueCertificate({ request, ca, now }));
    for (const purpose of ['sslserver', 'sslclient']) {
      expect(openssl('verify', '-x509_strict', '-purpose', purpose, '-CAfile', path.ca, path.cert)).toContain('OK');
    }
    expect(openssl('pkey', '-in', path.key, '-pubout')).toBe(openssl('x509', '-in', path.cert, '-noout', '-pubkey'));
  });
});

test('the leaf says what was asked for and nothing more', async () => {
  const ca = await createAuthority('lab NetVis CA', now);
  const { certPem } = await issueCertificate({ request, ca, now });
  const leaf = new X509Certificate(certPem);
  expect(leaf.subject).toBe('CN=pg1');
  expect(leaf.issuer).toBe('CN=lab NetVis CA');
  expect(leaf.subjectAltName).toBe('DNS:pg1, DNS:postgres-primary, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
  expect([...leaf.keyUsage].sort()).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
  expect(leaf.ca).toBe(false);
  expect(leaf.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
});

test('the leaf is valid from five minutes ago for the days asked for', async () => {
  const ca = await createAuthority('lab NetVis CA', now);
  const year = new X509Certificate((await issueCertificate({ request, ca, now })).certPem);
  const week = new X509Certificate((await issueCertificate({ request, ca, now, days: 7 })).certPem);
  const wholeSecond = (ms: number) => Math.floor(ms / 1000) * 1000;
  expect(year.validFromDate.getTime()).toBe(wholeSecond(now.getTime() - 300_000));
  expect(year.validToDate.getTime()).toBe(wholeSecond(now.getTime() + 365 * dayMs));
  expect(week.validToDate.getTime()).toBe(wholeSecond(now.getTime() + 7 * dayMs));
});

test('no leaf outlives its CA, and an ended CA issues none', async () => {
  const ca = await outerAuthority(['ec', '-pkeyopt', 'ec_paramgen_curve:P-256']);
  const leaf = new X509Certificate((await issueCertificate({ request, ca, now })).certPem);
  expect(leaf.validToDate).toEqual(new X509Certificate(ca.cert).validToDate);
  const later = new Date(now.getTime() + 31 * dayMs);
  await expect(issueCertificate({ request, ca, now: later })).rejects.toMatchObject({ code: 'NV_SECRET_INVALID' });
});

test('serial numbers and keys are never the same', async () => {
  const ca = await createAuthority('lab NetVis CA', now);
  const leaves = await Promise.all([1, 2, 3, 4].map(() => issueCertificate({ request, ca, now })));
  expect(new Set(leaves.map(({ certPem }) => new X509Certificate(certPem).serialNumber)).size).toBe(4);
  expect(new Set(leaves.map(({ keyPem }) => keyPem)).size).toBe(4);
});

test('names with odd characters stay one common name, and a leaf may have no other names', async () => {
  const ca = await createAuthority('#00 CA, O=other + "x"', now);
  const { certPem } = await issueCertificate({ request: { commonName: 'CN=a,O=b', dnsNames: [], addresses: [] }, ca, now });
  const leaf = new X509Certificate(certPem);
  expect(leaf.toLegacyObject().subject).toEqual(expect.objectContaining({ CN: 'CN=a,O=b' }));
  expect(leaf.toLegacyObject().subject).not.toHaveProperty('O');
  expect(leaf.checkIssued(new X509Certificate(ca.cert))).toBe(true);
  expect(leaf.subjectAltName).toBeUndefined();
});

test('an address that is none is refused', async () => {
  const ca = await createAuthority('lab NetVis CA', now);
  await expect(issueCertificate({ request: { ...request, addresses: ['pg1'] }, ca, now })).rejects.toThrow('not an IP address');
});

test('two hosts greet each other by it, by name and by address', async () => {
  const ca = await createAuthority('lab NetVis CA', now);
  const [server, client] = await Promise.all([issueCertificate({ request, ca, now }), issueCertificate({ request, ca, now })]);
  const listener = createServer({ key: server.keyPem, cert: server.certPem, ca: ca.cert, requestCert: true }, (socket) =>
    socket.end('hello'),
  );
  onTestFinished(() => void listener.close());
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  const { port } = listener.address() as AddressInfo;
  for (const servername of ['postgres-primary', undefined]) {
    const options = { host: '127.0.0.1', port, key: client.keyPem, cert: client.certPem, ca: ca.cert };
    const socket: TLSSocket = connect({ ...options, ...(servername ? { servername } : {}) });
    expect(String((await once(socket, 'data'))[0])).toBe('hello');
    expect(socket.authorized).toBe(true);
    socket.destroy();
  }
});

describe('a pair that is none is refused without its content', () => {
  test.each([
    ['a key that is not the certificate’s', async (ca: Authority) => ({ ...ca, key: (await createAuthority('other', now)).key })],
    [
      'a key that is none',
      async (ca: Authority) => ({ ...ca, key: '-----BEGIN PRIVATE KEY-----\nTOPSECRET\n-----END PRIVATE KEY-----\n' }),
    ],
    ['a certificate that is none', async (ca: Authority) => ({ ...ca, cert: 'TOPSECRET' })],
    [
      'a leaf as CA',
      async (ca: Authority) => {
        const { keyPem, certPem } = await issueCertificate({ request, ca, now });
        return { key: keyPem, cert: certPem };
      },
    ],
  ])('%s', async (_, spoil) => {
    const pair = await spoil(await createAuthority('lab NetVis CA', now));
    const refusal = () => requirePair(pair);
    expect(refusal).toThrowError(expect.objectContaining({ code: 'NV_SECRET_INVALID' }));
    expect(refusal).not.toThrowError(/TOPSECRET/);
  });
});
