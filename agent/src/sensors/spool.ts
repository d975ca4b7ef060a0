import { open, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentEvent } from '../contract/health-report.ts';
import { newestEvents, parseSpool } from '../core/readings/spool.ts';
import { within } from './deadline.ts';

/** Files above this are moved to `<name>.old`; writers append by name, so the next line begins a new file. */
const rotateBytes = 256 * 1024;
const readBytes = 32 * 1024;
const keptEvents = 50;

/** The newest events of all `*.jsonl` in the directory and of their rotated parts; none when there is no directory. */
export async function readSpool(directory: string): Promise<readonly AgentEvent[]> {
  const events = await within(500, async () => {
    const names = (await readdir(directory)).filter((name) => /\.jsonl(\.old)?$/.test(name));
    const files = await Promise.all(names.map((name) => readTail(join(directory, name))));
    await Promise.all(names.filter((name) => name.endsWith('.jsonl')).map((name) => rotate(join(directory, name))));
    return newestEvents(
      files.flatMap((text) => parseSpool(text).events),
      keptEvents,
    );
  });
  return events.known ? events.value : [];
}

async function readTail(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const length = Math.min(size, readBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

async function rotate(path: string): Promise<void> {
  if ((await stat(path)).size > rotateBytes) await rename(path, `${path}.old`);
}
