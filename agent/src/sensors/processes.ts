import { readdirSync, readFileSync } from 'node:fs';
import { known, type Reading, unknown } from '../core/reading.ts';
import { kernelName, liveProcessName } from '../core/readings/process-table.ts';
import { reasonOf } from './deadline.ts';

/**
 * Reads which of the `watched` names live, from /proc and without starting a process. It remembers where it saw each
 * name, so that as long as all live only their entries are read; the whole table is read when one is missing.
 * Synchronous: /proc never waits for a disk.
 */
export function processSensor(watched: readonly string[], proc = '/proc'): () => Reading<ReadonlySet<string>> {
  const wanted = watched.map(kernelName);
  let pids: ReadonlyMap<string, string> = new Map();
  const alive = (name: string) => nameOf(proc, pids.get(name) ?? 'none') === name;
  return () => {
    try {
      if (!wanted.every(alive)) pids = readTable(proc);
      return known(new Set(wanted.filter((name) => pids.has(name))));
    } catch (error) {
      return unknown(reasonOf(error));
    }
  };
}

/** Name → one pid of every live process. */
function readTable(proc: string): ReadonlyMap<string, string> {
  const pids = readdirSync(proc).filter((entry) => /^\d+$/.test(entry));
  const entries = pids.map((pid) => [nameOf(proc, pid), pid] as const);
  return new Map(entries.filter((entry): entry is readonly [string, string] => entry[0] !== null));
}

/** A process that ends while its entry is read is no process. */
function nameOf(proc: string, pid: string): string | null {
  try {
    return liveProcessName(readFileSync(`${proc}/${pid}/stat`, 'latin1'));
  } catch {
    return null;
  }
}
