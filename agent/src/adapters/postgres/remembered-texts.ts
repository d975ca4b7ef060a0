import { stat } from 'node:fs/promises';
import { orNull, readText } from './durable-file.ts';

/** The text of a file; null where there is none. */
export type ReadText = (path: string) => Promise<string | null>;

/**
 * A file that was written less than this ago may be written again within the same tick of the kernel's clock, which its time
 * of change does not show.
 */
const settlingMs = 1000;

type Remembered = { readonly version: string; readonly text: string | null };

/**
 * Reads a file anew only when its inode, its size or its time of change is another than at the last reading: asking for these
 * is one trip to the disk, reading is five.
 */
export function rememberedTexts(read: ReadText = readText, nowMs: () => number = Date.now): ReadText {
  const known = new Map<string, Remembered>();
  return async (path) => {
    const lookedAtMs = nowMs();
    const found = await orNull(stat(path, { bigint: true }));
    const version = found && `${found.dev} ${found.ino} ${found.size} ${found.ctimeNs}`;
    const last = known.get(path);
    if (version !== null && last?.version === version) return last.text;
    const text = await read(path);
    if (found && version !== null && lookedAtMs - Number(found.ctimeMs) > settlingMs) known.set(path, { version, text });
    else known.delete(path);
    return text;
  };
}
