import type { Change, Diff } from './step-kind.ts';

export function noop(reason: string): Diff {
  return { kind: 'noop', reason };
}

/** A change of one or more effects; their summaries joined are the step's. */
export function change(...changes: readonly Change[]): Diff {
  return { kind: 'change', changes, summary: changes.map(({ summary }) => summary).join(', ') };
}

export function refused(message: string, hint?: string): Diff {
  return { kind: 'refused', problem: { code: 'NV_REFUSED', message, ...(hint ? { hint } : {}) } };
}
