import { writeFile } from 'node:fs/promises';
import { get as getPlain } from 'node:http';
import { get as getSecure, type RequestOptions } from 'node:https';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { TlsFiles } from '../../../agent/src/contract/agent-config.ts';
import { serve } from '../../../agent/src/http/server.ts';
import { createAuthority } from '../../../control-plane/src/adapters/certificates/authority.ts';
import { issueCertificate } from '../../../control-plane/src/adapters/certificates/issue-certificate.ts';
import { buildReport } from '../../support/build-readings.ts';
import { closedPort, tcpServer } from '../../support/local-server.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const sources = { latest: () => ({ report: buildReport({}), ageMs: 0 }), peer: () => null };
const quiet = () => undefined;

test('loopback is served in plain text', async () => {
  const port = await closedPort();
  onTestFinished(serve({ port }, sources, quiet));
  await vi.waitFor(async () => expect(await statusOf(getPlain, { host: '127.0.0.1', port, path: '/health' })).toBe(200));
});

test('the host’s address answers only clients with a certificate of the cluster’s CA', async () => {
  const [ours, foreign] = [await makeTls(), await makeTls()];
  const port = await closedPort();
  onTestFinished(serve({ port, address: '127.0.0.2', tls: ours.files }, sources, quiet));
  const ask = (client: object) => statusOf(getSecure, { host: '127.0.0.2', port, path: '/health', agent: false, ca: ours.ca, ...client });
  await vi.waitFor(async () => expect(await ask(ours.client)).toBe(200));
  await expect(ask({})).rejects.toThrow();
  await expect(ask(foreign.client)).rejects.toThrow();
});

test('an address that is taken is told and does not end the agent', async () => {
  const port = await tcpServer(quiet);
  const logged: unknown[] = [];
  onTestFinished(serve({ port }, sources, (level, message, fields) => void logged.push({ level, message, ...fields })));
  await vi.waitFor(() => expect(logged).toMatchObject([{ level: 'error', message: 'cannot listen', host: '127.0.0.1', port }]));
});

test('certificates that are not there yet are told and do not end the agent', async () => {
  const tls = { certPath: '/no/such.crt', keyPath: '/no/such.key', caPath: '/no/ca.crt' };
  const logged: string[] = [];
  onTestFinished(serve({ port: await closedPort(), address: '127.0.0.2', tls }, sources, (_level, message) => void logged.push(message)));
  expect(logged).toEqual(['cannot listen']);
});

type Get = (options: RequestOptions, answered: (response: { statusCode?: number; resume(): void }) => void) => ReturnType<typeof getPlain>;

function statusOf(get: Get, options: RequestOptions): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(options, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });
}

/** A CA of its own and a certificate of it, as files for the server and as options for a client. */
async function makeTls(): Promise<{ files: TlsFiles; ca: string; client: { cert: string; key: string } }> {
  const now = new Date();
  const ca = await createAuthority('test', now);
  const request = { commonName: 'h1', dnsNames: ['h1'], addresses: ['127.0.0.2'] };
  const { certPem, keyPem } = await issueCertificate({ request, ca, now });
  const directory = await temporaryDirectory();
  const files = { certPath: join(directory, 'c'), keyPath: join(directory, 'k'), caPath: join(directory, 'ca') };
  await Promise.all([writeFile(files.certPath, certPem), writeFile(files.keyPath, keyPem), writeFile(files.caPath, ca.cert)]);
  return { files, ca: ca.cert, client: { cert: certPem, key: keyPem } };
}
