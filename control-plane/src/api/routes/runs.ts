import * as z from 'zod';
import type { Api } from '../api.ts';
import { problemResponses } from '../schemas/problem.ts';
import { namedSchemas } from '../schemas/registry.ts';
import { runIdSchema, runListSchema, runSchema, startRunSchema } from '../schemas/run.ts';
import { secured } from '../schemas/secured.ts';
import type { RunService } from '../service.ts';

const idempotencyKey = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .register(namedSchemas, { description: 'Two requests with the same key start one run' });

export function runRoutes(app: Api, runs: RunService): void {
  startRoute(app, runs);
  steerRoute(app, runs, 'resume');
  steerRoute(app, runs, 'cancel');
  readRoutes(app, runs);
}

function startRoute(app: Api, runs: RunService): void {
  const schema = {
    summary: 'Starts a plan, an apply or a drift check',
    security: secured,
    headers: z.looseObject({ 'idempotency-key': idempotencyKey }),
    body: startRunSchema,
    response: { 202: runSchema, ...problemResponses },
  };
  app.post('/runs', { config: { access: 'operator' }, schema }, async (request, reply) => {
    const key = request.headers['idempotency-key'];
    const owner = `api:${request.principal?.name}`;
    const { id, replayed } = await runs.start({ ...request.body, owner, idempotencyKey: key });
    if (replayed) reply.header('idempotency-replayed', 'true');
    return reply
      .code(202)
      .header('location', `/api/v1/runs/${id}`)
      .send(await runs.get(id));
  });
}

const steering = {
  resume: 'Goes on with an apply that ended before its time: what is done already is not repeated',
  cancel: 'Has a run end after the steps in hand; it can be resumed',
} as const;

function steerRoute(app: Api, runs: RunService, action: keyof typeof steering): void {
  const schema = { summary: steering[action], security: secured, params: runIdSchema, response: { 202: runSchema, ...problemResponses } };
  app.post(`/runs/:id/${action}`, { config: { access: 'operator' }, schema }, async (request, reply) => {
    const { id } = request.params;
    await runs[action](id, `api:${request.principal?.name}`);
    return reply.code(202).send(await runs.get(id));
  });
}

function readRoutes(app: Api, runs: RunService): void {
  const list = {
    summary: 'Runs, newest first',
    security: secured,
    querystring: z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
    response: { 200: runListSchema, ...problemResponses },
  };
  app.get('/runs', { config: { access: 'viewer' }, schema: list }, async (request) => ({ runs: await runs.list(request.query.limit) }));
  const one = {
    summary: 'One run with its report',
    security: secured,
    params: runIdSchema,
    response: { 200: runSchema, ...problemResponses },
  };
  app.get('/runs/:id', { config: { access: 'viewer' }, schema: one }, async (request) => runs.get(request.params.id));
}
