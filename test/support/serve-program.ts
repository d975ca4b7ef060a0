/** A process that serves one run that never ends: `node serve-program.ts ADDRESS:PORT`. Tells its URL, and `closed` at the end. */
import { once } from 'node:events';
import { buildApi } from '../../control-plane/src/api/app.ts';
import { serve } from '../../control-plane/src/api/server.ts';
import type { ApiServices } from '../../control-plane/src/api/service.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const unused = async () => Promise.reject(new Error('not part of this program'));

const services: ApiServices = {
  runs: {
    start: unused,
    resume: unused,
    cancel: unused,
    list: unused,
    get: unused,
    follow: async (_, __, signal) =>
      (async function* () {
        yield { event: 'phase', phase: 'facts', seq: 1, at: '2026-01-01T00:00:00.000Z' } as const;
        if (!signal.aborted) await once(signal, 'abort');
      })(),
  },
  clusters: { status: unused, report: unused },
  authenticator: { user: async () => ({ name: 'test', scope: 'viewer' }), isAgentOf: async () => false },
  impediments: async () => [],
};

const app = await buildApi({ services, version: '0.1.0', monotonicMs: () => performance.now() });
await serve(app, { listen: process.argv[2] ?? '', onListening: say, close: async () => void say('closed') }).catch((error) => {
  say(error.code);
  process.exitCode = 3;
});
