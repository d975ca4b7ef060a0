import * as z from 'zod';
import { catalogue, type ErrorCode } from '../../core/errors.ts';
import { namedSchemas } from './registry.ts';

const code = z.enum(Object.keys(catalogue) as [ErrorCode, ...ErrorCode[]]);

/** One finding, as core names it. */
export const findingSchema = z
  .object({
    code,
    message: z.string(),
    hint: z.string().optional(),
    at: z.object({ file: z.string(), line: z.int(), column: z.int() }).readonly().optional(),
    host: z.string().optional(),
    severity: z.enum(['error', 'warning']).optional(),
    rule: z.string().optional(),
  })
  .readonly()
  .register(namedSchemas, { id: 'Finding' });

/** RFC 9457 problem details; `code` is the catalogue's, `findings` holds all of them when there are several. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string(),
    code,
    hint: z.string().optional(),
    findings: z.array(findingSchema).optional(),
  })
  .register(namedSchemas, { id: 'Problem' });

export type ProblemDetails = z.output<typeof problemSchema>;

const content = { 'application/problem+json': { schema: problemSchema } };

/** The answers every route may give when it cannot do what was asked. */
export const problemResponses = {
  '4xx': { description: 'The request cannot be served as it is', content },
  '5xx': { description: 'The service or a host behind it failed', content },
} as const;
