import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TlsFiles } from '../../agent/src/contract/agent-config.ts';
import { type Authority, createAuthority } from '../../control-plane/src/adapters/certificates/authority.ts';
import { issueCertificate } from '../../control-plane/src/adapters/certificates/issue-certificate.ts';

/** An authority of its own and one certificate for servers and clients on loopback, as apply would issue it, written into `folder`. */
export async function writeCertificates(folder: string, name = 'member'): Promise<TlsFiles & { readonly authority: Authority }> {
  const authority = await createAuthority(`${name} CA`, new Date());
  const request = { commonName: name, dnsNames: ['localhost'], addresses: ['127.0.0.1'] };
  const { certPem, keyPem } = await issueCertificate({ request, ca: authority, now: new Date() });
  const path = (suffix: string) => join(folder, `${name}.${suffix}`);
  const files = { certPath: path('crt'), keyPath: path('key'), caPath: path('ca') };
  await writeFile(files.certPath, certPem);
  await writeFile(files.keyPath, keyPem, { mode: 0o600 });
  await writeFile(files.caPath, authority.cert);
  return { ...files, authority };
}
