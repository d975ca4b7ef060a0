import swagger, { type SwaggerTransformObject } from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { namedSchemas } from './schemas/registry.ts';

/** Gathers the routes that follow into an OpenAPI 3.1 document and serves it at `/openapi.json`. */
export async function describeRoutes(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'netvis-ctl', version, description: 'Deploys and keeps alive the NetVis Pro high-availability stack.' },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    },
    transform: createJsonSchemaTransform({ schemaRegistry: namedSchemas }),
    transformObject,
  });
  app.get('/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, async () => app.swagger());
}

const addComponents = createJsonSchemaTransformObject({ schemaRegistry: namedSchemas });

/** Every named schema comes as what is sent and as what is answered; the form that no route has is left out. */
const transformObject: SwaggerTransformObject = (input) => {
  const document = addComponents(input);
  const schemas: Record<string, unknown> = ('components' in document && document.components?.schemas) || {};
  const used = namesIn('paths' in document ? document.paths : {});
  // A set that grows while it is walked: what used schemas name is used too.
  for (const name of used) for (const inner of namesIn(schemas[name])) used.add(inner);
  for (const name of Object.keys(schemas)) if (!used.has(name)) delete schemas[name];
  return document;
};

function namesIn(part: unknown): Set<string> {
  const references = JSON.stringify(part ?? null).matchAll(/"#\/components\/schemas\/([^"]+)"/g);
  return new Set([...references].map(([, name]) => name ?? ''));
}
