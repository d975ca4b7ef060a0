import { healthReportSchema } from '@netvis/agent/contract/health-report';
import * as z from 'zod';
import { NvError } from '../../core/errors.ts';
import type { Api } from '../api.ts';
import { clusterStatusSchema } from '../schemas/cluster.ts';
import { problemResponses } from '../schemas/problem.ts';
import { secured } from '../schemas/secured.ts';
import type { ClusterService } from '../service.ts';

const clusterName = z.string().min(1).max(63);

export function clusterRoutes(app: Api, clusters: ClusterService): void {
  const status = {
    summary: 'The topology of a cluster with its live state',
    security: secured,
    params: z.strictObject({ name: clusterName }),
    response: { 200: clusterStatusSchema, ...problemResponses },
  };
  app.get('/clusters/:name', { config: { access: 'viewer' }, schema: status }, async (request) => clusters.status(request.params.name));

  const report = {
    summary: "An agent's report about its host",
    security: secured,
    params: z.strictObject({ name: clusterName, host: z.string().min(1).max(255) }),
    body: healthReportSchema,
    response: { 204: z.null(), ...problemResponses },
  };
  app.post(
    '/clusters/:name/hosts/:host/report',
    { config: { access: 'agent' }, logLevel: 'warn', schema: report },
    async (request, reply) => {
      const { name, host } = request.params;
      if (request.body.cluster !== name || request.body.host !== host) {
        throw new NvError({
          code: 'NV_USAGE',
          message: `the report is about ${request.body.host} of ${request.body.cluster}, not ${host} of ${name}`,
        });
      }
      await clusters.report(request.body);
      return reply.code(204).send(null);
    },
  );
}
