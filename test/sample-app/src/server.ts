import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { openCache } from './cache.ts';
import { openDatabase } from './database.ts';
import { type App, answer } from './routes.ts';
import { readSettings } from './settings.ts';

const largestBody = 64 * 1024;
const settings = readSettings(process.env);
const app: App = { ...settings, database: openDatabase(settings.databaseUrl), cache: openCache(settings.redisUrl) };

const server = createServer((request, response) => {
  handle(request, response).catch(() => response.destroy());
});
server.keepAliveTimeout = 75_000;
server.listen(settings.port, settings.address, () => log('listening', { port: settings.port }));

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    log('stopping', { signal });
    server.close(() => void Promise.all([app.database.close(), app.cache.close()]));
    server.closeIdleConnections();
  });
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const call = { method: request.method ?? 'GET', path, authorization: request.headers.authorization ?? '', body: await readBody(request) };
  const { status, body } = await answer(app, call);
  if (status >= 500) log('failed', { path, status, body });
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-served-by': app.host });
  response.end(`${JSON.stringify(body)}\n`);
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  request.setEncoding('utf8');
  for await (const chunk of request) {
    body += chunk;
    if (body.length > largestBody) throw new Error('body too large');
  }
  return body;
}

function log(message: string, fields: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), message, ...fields })}\n`);
}
