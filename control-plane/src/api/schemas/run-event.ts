import * as z from 'zod';
import { findingSchema } from './problem.ts';
import { namedSchemas } from './registry.ts';
import { mode, reportFields } from './run.ts';

const stored = { seq: z.int().min(1), at: z.iso.datetime() };
const ms = z.number().min(0);
const hosts = z.array(z.string()).readonly();
const problem = findingSchema;

/** One event of a run, as the data of a server-sent event holds it. */
export const storedEventSchema = z
  .discriminatedUnion('event', [
    z.object({ ...stored, event: z.literal('run'), run: z.string(), mode, cluster: z.string(), hosts }),
    z.object({ ...stored, event: z.literal('phase'), phase: z.enum(['facts', 'plan', 'apply', 'verify']) }),
    z.object({
      ...stored,
      event: z.literal('host'),
      host: z.string(),
      state: z.enum(['facts', 'unreachable']),
      ms,
      problem: problem.optional(),
    }),
    z.object({ ...stored, event: z.literal('unchanged'), host: z.string(), steps: z.int().min(0) }),
    z.object({ ...stored, event: z.literal('stage'), stage: z.string(), state: z.enum(['start', 'done', 'failed']), hosts }),
    z.object({
      ...stored,
      event: z.literal('step'),
      host: z.string(),
      stage: z.string(),
      step: z.string(),
      outcome: z.enum(['ok', 'changed', 'failed', 'skipped', 'aborted']),
      summary: z.string(),
      ms: ms.optional(),
      problem: problem.optional(),
      diff: z.string().optional(),
    }),
    z.object({ ...stored, event: z.literal('diff'), host: z.string(), stage: z.string(), step: z.string(), diff: z.string() }),
    z.object({
      ...stored,
      event: z.literal('lock'),
      state: z.enum(['wanted', 'waiting', 'held']),
      holder: z.object({ run: z.string(), owner: z.string(), machine: z.string(), reason: z.string(), since: z.iso.datetime() }).optional(),
      epoch: z.int().min(1).optional(),
    }),
    z.object({ ...stored, event: z.literal('stop'), by: z.string() }),
    z.object({ ...stored, event: z.literal('problem'), host: z.string().optional(), problem }),
    z.object({ ...stored, event: z.literal('report'), ...reportFields }),
  ])
  .register(namedSchemas, { id: 'RunEvent' });
