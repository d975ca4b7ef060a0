import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AgentConfig } from '../contract/agent-config.ts';
import type { PeerSays } from '../ports/ask-peer.ts';
import type { Journal } from '../ports/outlets.ts';
import { reasonOf } from '../sensors/deadline.ts';
import { readTls } from '../sensors/secret-file.ts';
import { answer, answerPeer, type Latest, peerPath } from './answer.ts';

const retryMs = 5000;

/**
 * Serves the last report: plain on loopback, and on the host's address to clients with a certificate of the cluster's
 * CA. An address that cannot be used (yet) is tried again; watching the host goes on meanwhile. Returns what stops it.
 */
export function serve(listen: AgentConfig['listen'], sources: Sources, journal: Journal): () => void {
  const handler = (request: IncomingMessage, response: ServerResponse) => respond(request, response, sources);
  const stops = [keepListening({ host: '127.0.0.1', port: listen.port }, () => createServer(limits, handler), journal)];
  const { address, tls } = listen;
  if (address !== undefined && tls !== undefined) {
    const secured = () => createTlsServer({ ...limits, ...readTls(tls), requestCert: true, rejectUnauthorized: true }, handler);
    stops.push(keepListening({ host: address, port: listen.port }, secured, journal));
  }
  return () => {
    for (const stop of stops) stop();
  };
}

const limits = { requestTimeout: 5000, headersTimeout: 5000, keepAliveTimeout: 5000 };

/** What answers are made of, as it is at the moment of the request. */
export type Sources = { latest(): Latest; peer(): PeerSays | null };

function respond(request: IncomingMessage, response: ServerResponse, sources: Sources): void {
  const question = { method: request.method ?? 'GET', url: request.url ?? '/' };
  const { status, type, body } = question.url === peerPath ? answerPeer(sources.peer()) : answer(question, sources.latest());
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(request.method === 'HEAD' ? undefined : body);
}

type Place = { readonly host: string; readonly port: number };

function keepListening(place: Place, create: () => Server, journal: Journal): () => void {
  let stopped = false;
  let server: Server | null = null;
  let timer: NodeJS.Timeout | undefined;
  const retry = (error: unknown) => {
    if (stopped) return;
    journal('error', 'cannot listen', { ...place, reason: reasonOf(error) });
    timer = setTimeout(start, retryMs);
  };
  const start = () => {
    try {
      server = create().on('error', retry).listen(place);
    } catch (error) {
      retry(error);
    }
  };
  start();
  return () => {
    stopped = true;
    clearTimeout(timer);
    server?.close();
    server?.closeAllConnections();
  };
}
