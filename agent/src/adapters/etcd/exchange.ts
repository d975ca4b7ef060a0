import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import type { TlsFiles } from '../../contract/agent-config.ts';
import { readTls } from '../../sensors/secret-file.ts';
import type { Call } from './gateway.ts';

/** Connections to etcd's members with this host's client certificate. */
export type Exchange = {
  /** The body of a good answer. Rejects when the member answers an error, says too much, breaks off, or `signal` fires. */
  ask(endpoint: string, call: Call, signal: AbortSignal): Promise<string>;
  /** The answer as it comes, status 200 already seen. */
  open(endpoint: string, call: Call, signal: AbortSignal): Promise<IncomingMessage>;
  close(): void;
};

const maxAnswerBytes = 4_194_304;

/** Certificates are read at first use: files that are not there yet are a reason of that call, not of the process. */
export function httpsExchange(tls: TlsFiles): Exchange {
  let agent: Agent | null = null;
  const connections = () => {
    agent ??= new Agent({ keepAlive: true, maxFreeSockets: 4, ...readTls(tls) });
    return agent;
  };
  const open: Exchange['open'] = async (endpoint, { path, body }, signal) => {
    const response = await start(new URL(path, endpoint), JSON.stringify(body), { agent: connections(), signal, method: 'POST' });
    if (response.statusCode === 200) return response;
    throw new Error(refusal(response.statusCode, await textOf(response)));
  };
  return {
    open,
    ask: async (endpoint, call, signal) => textOf(await open(endpoint, call, signal)),
    close: () => agent?.destroy(),
  };
}

type StartOptions = { readonly agent: Agent; readonly signal: AbortSignal; readonly method: 'POST' };

function start(url: URL, body: string, options: StartOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const call = request(url, options, resolve);
    call.on('error', reject);
    call.end(body);
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw new Error(`it answers more than ${maxAnswerBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** The gateway puts etcd's own words into `message`. */
function refusal(status: number | undefined, text: string): string {
  const words = /"message":\s*"([^"]{1,300})"/.exec(text)?.[1];
  return words === undefined ? `it answers ${status}` : `it answers ${status}: ${words}`;
}
