import { Agent, request } from 'node:https';
import type { FailoverConfig, TlsFiles } from '../contract/agent-config.ts';
import { peerAnswerSchema } from '../contract/peer-answer.ts';
import { peerPath } from '../http/answer.ts';
import type { AskPeer, PeerReply } from '../ports/ask-peer.ts';
import { readTls } from '../sensors/secret-file.ts';

/** Far more than an answer ever has. */
const maxBytes = 65_536;

/** Asks over mTLS, with a connection kept per host: an answer is wanted within milliseconds. */
export function askPeerBy(hosts: FailoverConfig['hosts'], tls: TlsFiles): AskPeer {
  const agent = new Agent({ ...readTls(tls), keepAlive: true, maxSockets: 2 });
  return async (name, budgetMs) => {
    const place = hosts.find((host) => host.name === name);
    if (!place) return { kind: 'silent', reason: 'it is not in the configuration' };
    try {
      const url = { agent, host: place.address, port: place.agentPort, path: peerPath, signal: AbortSignal.timeout(budgetMs) };
      return replyOf(await get({ ...url, servername: place.name }));
    } catch (error) {
      // Whatever the network, TLS or the other side did: it is silent.
      return { kind: 'silent', reason: error instanceof Error ? error.message : String(error) };
    }
  };
}

function replyOf(body: string): PeerReply {
  const parsed = peerAnswerSchema.safeParse(JSON.parse(body));
  return parsed.success ? { kind: 'answer', answer: parsed.data } : { kind: 'silent', reason: 'its answer cannot be read' };
}

function get(options: Parameters<typeof request>[1]): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(options as object, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > maxBytes) asked.destroy(new Error('its answer is too long'));
      });
      response.on('error', reject);
      response.on('end', () =>
        response.statusCode === 200 ? resolve(Buffer.concat(chunks).toString()) : reject(new Error(`it answered ${response.statusCode}`)),
      );
    });
    asked.on('error', reject);
    asked.end();
  });
}
