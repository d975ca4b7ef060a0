import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import type { EtcdConfig } from '../contract/agent-config.ts';
import type { EtcdReading } from '../contract/health-report.ts';
import { etcdDown, etcdReading } from '../core/readings/etcd-reading.ts';
import { within } from './deadline.ts';
import { readTls } from './secret-file.ts';

type Ask = (path: string, body: string | null, signal: AbortSignal) => Promise<string>;

/** Asks this host's member over a connection it keeps, with the client certificate of the configuration. */
export function etcdSensor(config: EtcdConfig): () => Promise<EtcdReading> {
  const ask = asker(config);
  return async () => {
    const bodies = await within(800, async (signal) => {
      const status = await ask('/v3/maintenance/status', '{}', signal);
      return { status, health: await ask('/health', null, signal) };
    });
    return bodies.known ? etcdReading(bodies.value.health, bodies.value.status) : etcdDown(bodies.reason);
  };
}

function asker(config: EtcdConfig): Ask {
  const start = config.endpoint.startsWith('https:') ? httpsRequest : httpRequest;
  let agent: HttpAgent | null = null;
  return (path, body, signal) =>
    new Promise((resolve, reject) => {
      agent ??= keptConnection(config);
      const options = { agent, signal, method: body === null ? 'GET' : 'POST' };
      const call = start(new URL(path, config.endpoint), options, (response) => {
        text(response).then(resolve, reject);
      });
      call.on('error', reject);
      call.end(body ?? undefined);
    });
}

/** Made at first use: certificate files that are not there yet are a reason of this tick, not of the process. */
function keptConnection({ tls }: EtcdConfig): HttpAgent {
  const options = { keepAlive: true, maxSockets: 1 };
  return tls ? new HttpsAgent({ ...options, ...readTls(tls) }) : new HttpAgent(options);
}
