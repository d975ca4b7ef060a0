/**
 * The mark of a data directory that is being rewound: it lies beside the directory, because pg_rewind removes whatever its
 * source does not have. After `rewinding` nothing but a copy helps, because pg_rewind run again recovers the target on the
 * source's own timeline and then finds nothing to do. After `rewound` only the new identity is missing.
 */
import * as z from 'zod';
import { readJson } from './json-text.ts';

const mark = z.strictObject({ phase: z.enum(['rewinding', 'rewound']), from: z.string().min(1) });

export type HalfMade = Readonly<z.output<typeof mark>>;

export function printHalfMade(half: HalfMade): string {
  return `${JSON.stringify(half)}\n`;
}

/** Reads the mark (null = no file). One that cannot be read is the worst it can mean. */
export function parseHalfMade(text: string | null): HalfMade | null {
  if (text === null) return null;
  return readJson(mark, text) ?? { phase: 'rewinding', from: 'unknown' };
}
