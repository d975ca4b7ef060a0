import * as z from 'zod';

/** What `/openapi.json` says of a schema beyond its shape; one with an `id` becomes a component of that name. */
export const namedSchemas = z.registry<{ id?: string; description?: string; [keyword: string]: unknown }>();
