import * as z from 'zod';
import type { Api } from '../api.ts';
import type { ApiServices } from '../service.ts';

const alive = z.object({ status: z.literal('ok') });
const readiness = z.object({ status: z.enum(['ok', 'unavailable']), problems: z.array(z.string()).readonly() });

/** `/healthz`: the process answers. `/readyz`: it can do its work. */
export function healthRoutes(app: Api, impediments: ApiServices['impediments']): void {
  const healthz = { summary: 'Whether the process answers', response: { 200: alive } };
  app.get('/healthz', { config: { access: 'public' }, logLevel: 'warn', schema: healthz }, async () => ({ status: 'ok' as const }));
  const readyz = { summary: 'Whether the service can do its work', response: { 200: readiness, 503: readiness } };
  app.get('/readyz', { config: { access: 'public' }, logLevel: 'warn', schema: readyz }, async (_request, reply) => {
    const problems = await impediments();
    if (problems.length > 0) return reply.code(503).send({ status: 'unavailable', problems });
    return { status: 'ok' as const, problems };
  });
}
