import { type Lsn, parseLsn } from '../failover/lsn.ts';

/** A timeline and where it begins, which is where it left its parent; 0 for the first one. */
export type TimelineStart = { readonly timeline: number; readonly forkLsn: Lsn };

/**
 * The timelines of a server on `timeline`, oldest first, from that timeline's history file (null = there is none, which is
 * right for timeline 1 only). Null where the file does not lead to that timeline.
 */
export function parseHistory(timeline: number, text: string | null): readonly TimelineStart[] | null {
  if (text === null) return timeline === 1 ? [{ timeline, forkLsn: 0 }] : null;
  const rows = [...text.matchAll(/^\s*(\d+)\s+([0-9A-F]+\/[0-9A-F]+)/gim)];
  const parents = rows.map(([, parent, end]) => ({ timeline: Number(parent), endLsn: parseLsn(end ?? '') }));
  if (parents.length === 0 || parents.some(({ endLsn }) => endLsn === null)) return null;
  const ends = parents.map(({ endLsn }) => endLsn ?? 0);
  return [...parents.map((parent) => parent.timeline), timeline].map((each, index) => ({ timeline: each, forkLsn: ends[index - 1] ?? 0 }));
}

/** The name of a timeline's history file in pg_wal. */
export function historyFileName(timeline: number): string {
  return `${timeline.toString(16).toUpperCase().padStart(8, '0')}.history`;
}
