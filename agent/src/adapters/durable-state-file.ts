import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { freshDurable } from '../core/failover/memory.ts';
import type { DurableState } from '../ports/durable-state.ts';

const schema = z.strictObject({
  highestEpoch: z.int().min(0),
  highestRevision: z.int().min(0),
  clusterId: z.string().nullable(),
  reinit: z.strictObject({ id: z.string(), incarnation: z.string().nullable() }).nullable(),
});

/** One file, replaced whole; the write and the rename are synced, so that a power cut leaves the old or the new text. */
export function durableStateFile(directory: string): DurableState {
  const path = join(directory, 'failover.json');
  return {
    load() {
      const text = readOrNull(path);
      return text === null ? freshDurable : schema.parse(JSON.parse(text));
    },
    save(durable) {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      writeSynced(`${path}.new`, `${JSON.stringify(durable)}\n`);
      renameSync(`${path}.new`, path);
      syncPath(dirname(path));
    },
  };
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function writeSynced(path: string, text: string): void {
  const file = openSync(path, 'w', 0o600);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function syncPath(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
