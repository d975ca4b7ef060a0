/** The server's processes, found by the directory they work in: that holds for orphans and hand-started servers too. */
import { readdir, readlink, realpath } from 'node:fs/promises';
import type { Postmaster } from '../../core/failover/postgres-view.ts';
import { type PostmasterFile, parsePostmasterFile, parseStartTime } from '../../core/postgres/postmaster-file.ts';
import { orNull, readText } from './durable-file.ts';
import { type PostgresPlace, pathsOf } from './place.ts';

/** The live postmaster of the data directory and what it says it does; null where there is none. */
export async function findPostmaster(place: PostgresPlace): Promise<(Postmaster & Pick<PostmasterFile, 'status'>) | null> {
  const text = await readText(pathsOf(place).postmaster);
  const file = text === null ? null : parsePostmasterFile(text);
  if (file === null || (await workingDirectory(file.pid)) !== (await orNull(realpath(place.dataDirectory)))) return null;
  const startTime = parseStartTime((await readText(`/proc/${file.pid}/stat`).catch(goneProcess)) ?? '');
  return startTime === null ? null : { pid: file.pid, startTime, status: file.status };
}

/** The pids of every process that works in the data directory. */
export async function serverProcesses(place: PostgresPlace): Promise<number[]> {
  const directory = await orNull(realpath(place.dataDirectory));
  if (directory === null) return [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const places = await Promise.all(pids.map(async (pid) => ({ pid, directory: await workingDirectory(pid) })));
  return places.filter((each) => each.directory === directory).map(({ pid }) => pid);
}

/** Sends a signal to a process that may have ended meanwhile. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function workingDirectory(pid: number): Promise<string | null> {
  return readlink(`/proc/${pid}/cwd`).catch(goneProcess);
}

/** A process that ended, a zombie, and a kernel thread work nowhere. */
function goneProcess(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ESRCH' || error.code === 'EACCES') return null;
  throw error;
}
