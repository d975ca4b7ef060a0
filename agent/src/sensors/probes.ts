import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import type { Check } from '../contract/agent-config.ts';
import type { Reading } from '../core/reading.ts';
import { within } from './deadline.ts';

export type Probe = Extract<Check, { kind: 'http' | 'tcp' }>;

/** Runs all http and tcp checks at once; the outcome stands under the check's name. */
export async function runProbes(probes: readonly Probe[]): Promise<ReadonlyMap<string, Reading<string>>> {
  const outcomes = await Promise.all(probes.map(async (probe) => [probe.name, await runProbe(probe)] as const));
  return new Map(outcomes);
}

function runProbe(probe: Probe): Promise<Reading<string>> {
  return within(probe.timeoutMs, (signal) => (probe.kind === 'http' ? getStatus(probe, signal) : openPort(probe, signal)));
}

type HttpProbe = Extract<Probe, { kind: 'http' }>;

function getStatus(probe: HttpProbe, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const start = probe.url.startsWith('https:') ? httpsRequest : httpRequest;
    const options = { signal, agent: false, rejectUnauthorized: false, headers: { 'user-agent': 'netvis-agent' } } as const;
    const call = start(probe.url, options, (response) => {
      response.resume();
      const status = response.statusCode ?? 0;
      const [lowest, highest] = probe.expectStatus;
      const message = `${probe.url} answers ${status}`;
      if (status >= lowest && status <= highest) resolve(message);
      else reject(new Error(message));
    });
    call.on('error', reject);
    call.end();
  });
}

function openPort(probe: Extract<Probe, { kind: 'tcp' }>, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: probe.address, port: probe.port, signal });
    socket.on('error', reject);
    socket.on('connect', () => {
      socket.destroy();
      resolve(`port ${probe.port} is open`);
    });
  });
}
