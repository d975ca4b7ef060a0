import { writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test, vi } from 'vitest';
import { controlPlane } from '../../../agent/src/adapters/control-plane.ts';
import { buildReport } from '../../support/build-readings.ts';
import { closedPort, httpServer } from '../../support/local-server.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

async function outletTo(port: number) {
  const tokenFile = join(await temporaryDirectory(), 'token');
  await writeFile(tokenFile, 'abc\n');
  const logged: string[] = [];
  const outlet = controlPlane({ url: `http://127.0.0.1:${port}`, tokenFile }, (_level, message) => void logged.push(message));
  return { outlet, logged };
}

test('a report is posted under its cluster and host with the token', async () => {
  const requests: unknown[] = [];
  const port = await httpServer(async (request, response) => {
    const { method, url, headers } = request;
    requests.push({ method, url, authorization: headers.authorization, body: JSON.parse(await text(request)) });
    response.writeHead(202).end();
  });
  const { outlet } = await outletTo(port);
  const report = buildReport({ host: 'pg1' });
  await outlet.publish(report);
  await vi.waitFor(() => expect(requests).toHaveLength(1));
  expect(requests).toEqual([{ method: 'POST', url: '/api/v1/clusters/demo/hosts/pg1/report', authorization: 'Bearer abc', body: report }]);
});

test('failures are counted, told once, and forgotten after a success', async () => {
  let status = 500;
  const port = await httpServer((request, response) => void request.resume().on('end', () => response.writeHead(status).end()));
  const { outlet, logged } = await outletTo(port);
  for (const failures of [1, 2, 3]) {
    await vi.waitFor(async () => {
      await outlet.publish(buildReport({}));
      expect(outlet.failures()).toBe(failures);
    });
  }
  status = 202;
  await vi.waitFor(async () => {
    await outlet.publish(buildReport({}));
    expect(outlet.failures()).toBe(0);
  });
  expect(logged).toEqual(['the control plane does not take reports', 'the control plane takes reports again']);
});

test('publishing never waits: while one request is under way, reports are dropped', async () => {
  const waiting: [IncomingMessage, ServerResponse][] = [];
  const port = await httpServer((request, response) => void waiting.push([request, response]));
  const { outlet } = await outletTo(port);
  await outlet.publish(buildReport({ host: 'h1' }));
  await outlet.publish(buildReport({ host: 'h2' }));
  await vi.waitFor(() => expect(waiting).toHaveLength(1));
  waiting[0]?.[1].end();
  await vi.waitFor(async () => {
    await outlet.publish(buildReport({ host: 'h3' }));
    expect(waiting.map(([request]) => request.url?.split('/')[6])).toEqual(['h1', 'h3']);
  });
  expect(outlet.failures()).toBe(0);
});

test('a control plane that is away is a failure like any other', async () => {
  const { outlet } = await outletTo(await closedPort());
  await outlet.publish(buildReport({}));
  await vi.waitFor(() => expect(outlet.failures()).toBe(1));
});

test('after each failure in a row one report more is left out, nine at most', async () => {
  const tokenFile = join(await temporaryDirectory(), 'none');
  const outlet = controlPlane({ url: 'http://127.0.0.1:1', tokenFile }, () => undefined);
  const tried: number[] = [];
  for (let report = 0; report < 70; report += 1) {
    const before = outlet.failures();
    await outlet.publish(buildReport({}));
    // A token that cannot be read is a failure without a way over the network.
    await new Promise((resolve) => setImmediate(resolve));
    if (outlet.failures() > before) tried.push(report);
  }
  const leftOut = tried.slice(1).map((report, i) => report - (tried[i] ?? 0) - 1);
  expect(leftOut).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9]);
});
