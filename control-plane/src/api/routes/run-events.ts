import type { Readable } from 'node:stream';
import * as z from 'zod';
import type { Api } from '../api.ts';
import { eventStream } from '../event-stream.ts';
import { problemResponses } from '../schemas/problem.ts';
import { namedSchemas } from '../schemas/registry.ts';
import { runIdSchema } from '../schemas/run.ts';
import { storedEventSchema } from '../schemas/run-event.ts';
import { secured } from '../schemas/secured.ts';
import type { RunService } from '../service.ts';

const lastEventId = z.coerce.number().int().min(0).default(0).register(namedSchemas, { description: 'The number of the last event seen' });
const frames = z.custom<Readable>().register(namedSchemas, {
  type: 'string',
  contentMediaType: 'application/json',
  contentSchema: { $ref: `#/components/schemas/${namedSchemas.get(storedEventSchema)?.id}` },
  description: 'The data of each server-sent event',
});

const schema = {
  summary: 'The events of a run as server-sent events, ending with its report',
  description: 'Resume by Last-Event-ID; 204 = the report was seen already, nothing more will come.',
  security: secured,
  params: runIdSchema,
  headers: z.looseObject({ 'last-event-id': lastEventId }),
  response: {
    200: { description: 'Server-sent events', content: { 'text/event-stream': { schema: frames } } },
    204: z.null(),
    ...problemResponses,
  },
};

/** Streams a run's events until the report, the reader's leaving, or the stop of the service. */
export function runEventsRoute(app: Api, runs: RunService): void {
  const stopping = new AbortController();
  app.addHook('preClose', async () => stopping.abort());
  app.get('/runs/:id/events', { config: { access: 'viewer' }, schema }, async (request, reply) => {
    const left = new AbortController();
    reply.raw.once('close', () => left.abort());
    const signal = AbortSignal.any([stopping.signal, left.signal]);
    const events = await runs.follow(request.params.id, request.headers['last-event-id'], signal);
    if (!events) return reply.code(204).send(null);
    reply.type('text/event-stream').header('cache-control', 'no-store').header('x-accel-buffering', 'no');
    return reply.send(eventStream(events));
  });
}
