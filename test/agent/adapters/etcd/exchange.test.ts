import { once } from 'node:events';
import { copyFile, readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { httpsExchange } from '../../../../agent/src/adapters/etcd/exchange.ts';
import type { TlsFiles } from '../../../../agent/src/contract/agent-config.ts';
import { writeCertificates } from '../../../support/etcd-certificates.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

const call = { path: '/v3/kv/range', body: { key: 'eA==' } };

/** A server for clients of its own authority only: says back what it was asked, or as much as `x<bytes>`, or an error. */
async function member(tls: TlsFiles): Promise<string> {
  const [cert, key, ca] = await Promise.all([tls.certPath, tls.keyPath, tls.caPath].map((path) => readFile(path)));
  const server = createServer({ cert, key, ca, requestCert: true }, async (request, response) => {
    const body = await text(request);
    if (request.url === '/error') response.statusCode = 429;
    response.end(
      request.url === '/much' ? 'x'.repeat(5_000_000) : request.url === '/error' ? body : `${request.method} ${request.url} ${body}`,
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function exchangeOf(tls: TlsFiles) {
  const exchange = httpsExchange(tls);
  onTestFinished(() => exchange.close());
  return exchange;
}

const patience = () => AbortSignal.timeout(20_000);

test('a call is posted as JSON under the client certificate', async () => {
  const tls = await writeCertificates(await temporaryDirectory());
  const endpoint = await member(tls);
  expect(await exchangeOf(tls).ask(endpoint, call, patience())).toBe('POST /v3/kv/range {"key":"eA=="}');
});

test('an error is told in the words of the member, too long an answer is cut off', async () => {
  const tls = await writeCertificates(await temporaryDirectory());
  const endpoint = await member(tls);
  const exchange = exchangeOf(tls);
  const refused = exchange.ask(endpoint, { path: '/error', body: { message: 'etcdserver: mvcc: database space exceeded' } }, patience());
  await expect(refused).rejects.toThrow('it answers 429: etcdserver: mvcc: database space exceeded');
  await expect(exchange.ask(endpoint, { path: '/error', body: {} }, patience())).rejects.toThrow(/^it answers 429$/);
  await expect(exchange.ask(endpoint, { path: '/much', body: {} }, patience())).rejects.toThrow('more than');
});

test('a call that is no longer wanted ends', async () => {
  const tls = await writeCertificates(await temporaryDirectory());
  const endpoint = await member(tls);
  await expect(exchangeOf(tls).ask(endpoint, call, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
});

test('certificates of another authority are refused, missing ones are an error until they are there', async () => {
  const folder = await temporaryDirectory();
  const tls = await writeCertificates(folder);
  const endpoint = await member(tls);
  const stranger = await writeCertificates(folder, 'stranger');
  await expect(exchangeOf({ ...tls, caPath: stranger.caPath }).ask(endpoint, call, patience())).rejects.toThrow(/certificate/);
  const later = { ...tls, keyPath: `${folder}/later.key` };
  const exchange = exchangeOf(later);
  await expect(exchange.ask(endpoint, call, patience())).rejects.toThrow('ENOENT');
  await copyFile(tls.keyPath, later.keyPath);
  expect(await exchange.ask(endpoint, call, patience())).toContain('POST');
});
