import { structuredPatch } from 'diff';

/** A hunk of a unified diff: 0-based first lines, and for each of its lines whether it is kept, removed or added. */
export type Hunk = { readonly presentFrom: number; readonly wantedFrom: number; readonly signs: readonly Sign[] };
export type Sign = ' ' | '-' | '+';

/** Beyond this many removed and added lines no diff is worth its reading, nor the time to find it. */
const maxEdits = 1500;

/** What turns one list of lines into another, with three lines of context. Lines are any keys without a line end. `null` = too many differences. */
export function lineHunks(present: readonly string[], wanted: readonly string[]): readonly Hunk[] | null {
  const patch = structuredPatch('', '', text(present), text(wanted), '', '', { context: 3, maxEditLength: maxEdits });
  return patch?.hunks.map(toHunk) ?? null;
}

function toHunk({ oldStart, newStart, lines }: { oldStart: number; newStart: number; lines: readonly string[] }): Hunk {
  return { presentFrom: oldStart - 1, wantedFrom: newStart - 1, signs: lines.map((line) => line.charAt(0) as Sign) };
}

function text(keys: readonly string[]): string {
  return keys.map((key) => `${key}\n`).join('');
}
