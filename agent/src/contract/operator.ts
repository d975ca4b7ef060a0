import * as z from 'zod';

/**
 * What `agent.cjs state`, `request` and `withdraw` print for netvis-ctl: one JSON object. Readers accept fields they do
 * not know, so that agents and control plane of different versions work together.
 */
const server = z.object({ host: z.string(), incarnation: z.string() });

/** The record of the cluster in the lease store, as far as operators need it. */
export const recordSchema = z.object({
  epoch: z.int().min(0),
  phase: z.enum(['held', 'offered', 'free']),
  holder: z.object({ host: z.string() }).nullable(),
  primary: server,
  members: z.array(server),
  publishedEpoch: z.int().min(0),
  pause: z.object({ id: z.string(), durationMs: z.int() }).nullable(),
  requestId: z.string().nullable(),
});

/** Something that changed who leads, or whom commits wait for; oldest first in a history. */
export const historyEntrySchema = z.object({
  at: z.iso.datetime(),
  /** Whose agent wrote it. */
  host: z.string(),
  epoch: z.int().min(0),
  /** Why the record was written: `claim`, `publish`, `offer`, `add-member` … */
  kind: z.string(),
  /** The rule that decided it, and what it saw. */
  rule: z.string(),
  saw: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** Why each other host was not chosen. */
  others: z.record(z.string(), z.looseObject({ code: z.string() })),
});

/** A request that stands: an operator's order that is not carried out yet, or a host in maintenance. */
export const standingRequestSchema = z.looseObject({ kind: z.string(), id: z.string(), host: z.string().optional() });

export const stateAnswerSchema = z.object({
  record: recordSchema,
  requests: z.array(standingRequestSchema),
  history: z.array(historyEntrySchema),
});

export const operatorAnswerSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), answer: z.unknown() }),
  z.object({ ok: z.literal(false), problem: z.string() }),
]);

export type ClusterRecord = z.output<typeof recordSchema>;
export type HistoryEntry = z.output<typeof historyEntrySchema>;
export type StateAnswer = z.output<typeof stateAnswerSchema>;
export type OperatorAnswer = z.output<typeof operatorAnswerSchema>;
