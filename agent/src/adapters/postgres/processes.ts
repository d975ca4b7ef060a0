/**
 * The server's processes, found by the directory they work in: that holds for orphans and hand-started servers too. /proc is
 * read synchronously, for it never waits for a disk.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import type { Postmaster } from '../../core/failover/postgres-view.ts';
import { type PostmasterFile, parsePostmasterFile, parseStartTime } from '../../core/postgres/postmaster-file.ts';
import { orNull, readText } from './durable-file.ts';
import { type PostgresPlace, pathsOf } from './place.ts';
import type { ReadText } from './remembered-texts.ts';

/** The live postmaster of the data directory and what it says it does; null where there is none. */
export async function findPostmaster(
  place: PostgresPlace,
  read: ReadText = readText,
): Promise<(Postmaster & Pick<PostmasterFile, 'status'>) | null> {
  const text = await read(pathsOf(place).postmaster);
  const file = text === null ? null : parsePostmasterFile(text);
  if (file === null || workingDirectory(file.pid) !== (await orNull(realpath(place.dataDirectory)))) return null;
  const startTime = parseStartTime(statOf(file.pid) ?? '');
  return startTime === null ? null : { pid: file.pid, startTime, status: file.status };
}

/** The pids of every process that works in the data directory. */
export async function serverProcesses(place: PostgresPlace): Promise<number[]> {
  const directory = await orNull(realpath(place.dataDirectory));
  if (directory === null) return [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  return pids.filter((pid) => workingDirectory(pid) === directory);
}

/** Sends a signal to a process that may have ended meanwhile. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function workingDirectory(pid: number): string | null {
  return ofLiving(() => readlinkSync(`/proc/${pid}/cwd`));
}

function statOf(pid: number): string | null {
  return ofLiving(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

/** Null of a process that ended; a zombie and a kernel thread work nowhere. */
function ofLiving(read: () => string): string | null {
  try {
    return read();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ESRCH', 'EACCES'].includes(code)) return null;
    throw error;
  }
}
