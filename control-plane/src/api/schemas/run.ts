import * as z from 'zod';
import { serialPattern } from '../../core/serial.ts';
import { findingSchema } from './problem.ts';
import { namedSchemas } from './registry.ts';

export const mode = z.enum(['plan', 'apply', 'drift']);
const count = z.int().min(0);
const milliseconds = z.number().min(0);

const hostSummary = z.object({ ok: count, changed: count, failed: count, skipped: count, ms: milliseconds });

/** The fields of a report; the run's last event has them too. */
export const reportFields = {
  run: z.string(),
  mode,
  outcome: z.enum(['done', 'failed', 'refused', 'interrupted']),
  changed: count,
  hosts: z.record(z.string(), hostSummary),
  problems: z.array(findingSchema).readonly(),
  ms: milliseconds,
};

export const reportSchema = z.object(reportFields).register(namedSchemas, { id: 'RunReport' });

export const runSchema = z
  .object({
    id: z.string(),
    cluster: z.string(),
    mode,
    state: z.enum(['running', 'done', 'failed', 'refused', 'interrupted']),
    limit: z.string().optional(),
    tags: z.array(z.string()).readonly().optional(),
    serial: z.string().optional(),
    owner: z.string(),
    createdAt: z.iso.datetime(),
    resumedAt: z.iso.datetime().optional(),
    report: reportSchema.optional(),
  })
  .register(namedSchemas, { id: 'Run' });

export type RunView = z.output<typeof runSchema>;

export const runListSchema = z.object({ runs: z.array(runSchema).readonly() });

const inventoryName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'an inventory is named by lower-case letters, digits and hyphens');

export const runIdSchema = z.strictObject({ id: z.string().min(1).max(100) });

/** The body of `POST /runs`. */
export const startRunSchema = z
  .strictObject({
    inventory: z.union([inventoryName, z.strictObject({ text: z.string().min(1).max(500_000) })]),
    mode,
    limit: z.string().min(1).max(1000).optional(),
    tags: z.array(z.string().min(1).max(100)).max(100).optional(),
    serial: z.union([z.int().min(1).max(999_999), z.string().regex(serialPattern, 'a number of hosts or a percentage')]).optional(),
  })
  .register(namedSchemas, { id: 'StartRun' });
