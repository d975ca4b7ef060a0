import { expect, test } from 'vitest';
import { checkSchema } from '../../../agent/src/contract/agent-config.ts';
import { type Probe, runProbes } from '../../../agent/src/sensors/probes.ts';
import { closedPort, httpServer, tcpServer } from '../../support/local-server.ts';

const http = (port: number, over: object = {}) =>
  checkSchema.parse({ kind: 'http', name: 'web', url: `http://127.0.0.1:${port}/x`, ...over }) as Probe;
const tcp = (port: number) => checkSchema.parse({ kind: 'tcp', name: 'port', port }) as Probe;
const outcome = async (probe: Probe) => (await runProbes([probe])).get(probe.name);

test('an answer with an expected status is good, any other is a reason', async () => {
  const port = await httpServer((request, response) => response.writeHead(request.url === '/x' ? 204 : 500).end());
  expect(await outcome(http(port))).toEqual({ known: true, value: `http://127.0.0.1:${port}/x answers 204` });
  expect(await outcome(http(port, { expectStatus: [200, 200] }))).toEqual({
    known: false,
    reason: `http://127.0.0.1:${port}/x answers 204`,
  });
});

test('a service that accepts and never answers fails in time', async () => {
  const port = await tcpServer(() => undefined);
  expect(await outcome(http(port, { timeoutMs: 60 }))).toEqual({ known: false, reason: 'no answer in 60 ms' });
  expect(await outcome(tcp(port))).toMatchObject({ known: true });
});

test('a closed port is told as refused', async () => {
  const port = await closedPort();
  expect(await outcome(http(port))).toEqual({ known: false, reason: 'connection refused' });
  expect(await outcome(tcp(port))).toEqual({ known: false, reason: 'connection refused' });
});

test('all checks have their outcome under their name', async () => {
  const port = await httpServer((_request, response) => response.end('ok'));
  expect([...(await runProbes([http(port), tcp(port)])).keys()]).toEqual(['web', 'port']);
});
