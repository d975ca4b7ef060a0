import * as z from 'zod';
import type { StateRecord } from '../../agent/src/core/failover/record.ts';
import { type Node, nodes, settledRecord } from './build-view.ts';

/** A scenario as a file: what differs from a node at rest, and what the node makes of it. */
export const decideCase = z.strictObject({
  /** What the scenario shows, where its name does not say it all. */
  why: z.string().optional(),
  node: z.enum(['primary', 'standby', 'blank']),
  /** Differences of the record from the settled one; the node has seen it as revision 50. */
  record: z.record(z.string(), z.unknown()).optional(),
  view: z.record(z.string(), z.unknown()).optional(),
  memory: z.record(z.string(), z.unknown()).optional(),
  expect: z.strictObject({
    /** Every rule that acts, in the table's order. */
    rules: z.array(z.string()),
    /** Every intent, each by the fields that are named. */
    intents: z.array(z.looseObject({ kind: z.string() })),
    memory: z.record(z.string(), z.unknown()).optional(),
    why: z.record(z.string(), z.unknown()).optional(),
  }),
});

export type DecideCase = z.output<typeof decideCase>;

/** The node of the scenario. */
export function nodeOf({ node, record = {}, view = {}, memory = {} }: DecideCase): Node {
  const found = { kind: 'record', record: override(settledRecord, record) as StateRecord } as const;
  const base = nodes[node] as Node;
  const seen: Node = {
    view: { ...base.view, store: { ...base.view.store, read: base.view.store.read && { ...base.view.store.read, found } } },
    memory: { ...base.memory, watch: base.memory.watch && { ...base.memory.watch, found } },
  };
  return { view: override(seen.view, view) as Node['view'], memory: override(seen.memory, memory) as Node['memory'] };
}

/** Objects are merged, everything else replaces (null too). */
function override(target: unknown, patch: unknown): unknown {
  if (!isObject(target) || !isObject(patch)) return patch;
  const keys = [...new Set([...Object.keys(target), ...Object.keys(patch)])];
  return Object.fromEntries(keys.map((key) => [key, key in patch ? override(target[key], patch[key]) : target[key]]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
