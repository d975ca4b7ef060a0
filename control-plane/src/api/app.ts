import { fastify } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Api } from './api.ts';
import { requireTokens } from './auth.ts';
import { answerErrors } from './error-handler.ts';
import { createFailureLimit } from './failure-limit.ts';
import { describeRoutes } from './openapi.ts';
import { clusterRoutes } from './routes/clusters.ts';
import { healthRoutes } from './routes/health.ts';
import { runEventsRoute } from './routes/run-events.ts';
import { runRoutes } from './routes/runs.ts';
import type { ApiServices } from './service.ts';

export type ApiOptions = {
  readonly services: ApiServices;
  readonly version: string;
  readonly monotonicMs: () => number;
  /** Takes the log, one JSON object per line. Absent = nothing is logged. */
  readonly log?: { write(line: string): void };
};

/** The REST service as a fastify instance that does not listen yet: tokens, problem details, document, routes. */
export async function buildApi(options: ApiOptions): Promise<Api> {
  const app: Api = fastify({
    logger: options.log ? { level: 'info', stream: options.log } : false,
    bodyLimit: 1024 * 1024,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  answerErrors(app);
  requireTokens(app, options.services.authenticator, createFailureLimit(options.monotonicMs));
  await describeRoutes(app, options.version);
  await app.register(
    (v1, _, done) => {
      runEventsRoute(v1.withTypeProvider<ZodTypeProvider>(), options.services.runs);
      runRoutes(v1.withTypeProvider<ZodTypeProvider>(), options.services.runs);
      clusterRoutes(v1.withTypeProvider<ZodTypeProvider>(), options.services.clusters);
      done();
    },
    { prefix: '/api/v1' },
  );
  healthRoutes(app, options.services.impediments);
  await app.ready();
  return app;
}
