import { readdirSync, readFileSync } from 'node:fs';
import { known, type Reading, unknown } from '../core/reading.ts';
import { liveProcessName } from '../core/readings/process-table.ts';
import { reasonOf } from './deadline.ts';

/** Names of all live processes from /proc, without starting one. Synchronous: /proc never waits for a disk. */
export function readProcesses(proc = '/proc'): Reading<ReadonlySet<string>> {
  try {
    const pids = readdirSync(proc).filter((entry) => /^\d+$/.test(entry));
    return known(new Set(pids.map((pid) => nameOf(`${proc}/${pid}/stat`)).filter((name) => name !== null)));
  } catch (error) {
    return unknown(reasonOf(error));
  }
}

/** A process that ends while its entry is read is no process. */
function nameOf(path: string): string | null {
  try {
    return liveProcessName(readFileSync(path, 'latin1'));
  } catch {
    return null;
  }
}
