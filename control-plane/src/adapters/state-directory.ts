import { chmod, mkdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { NvError } from '../core/errors.ts';

export type StatePlace = { readonly environment: Readonly<Record<string, string | undefined>>; readonly home: string };

/**
 * The directory where the control plane keeps its own things between runs: `chosen` (from --state-dir), else
 * NETVIS_STATE_DIR, else `~/.local/state/netvis`. Made when absent and for the user alone (0700).
 * Rejects with NV_USAGE when it cannot be had.
 */
export async function openStateDirectory(
  chosen?: string,
  place: StatePlace = { environment: process.env, home: homedir() },
): Promise<string> {
  const path = resolve(chosen || place.environment.NETVIS_STATE_DIR || join(place.home, '.local', 'state', 'netvis'));
  await makePrivate(path);
  return path;
}

/** A directory of one purpose inside the state directory, with the same protection. */
export async function openStateSubdirectory(stateDirectory: string, name: 'redis' | 'artifacts'): Promise<string> {
  const path = join(stateDirectory, name);
  await makePrivate(path);
  return path;
}

async function makePrivate(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    if (((await stat(directory)).mode & 0o777) !== 0o700) await chmod(directory, 0o700);
  } catch (error) {
    const hint = 'name a directory of your own in NETVIS_STATE_DIR or --state-dir';
    throw new NvError({ code: 'NV_USAGE', message: `the state directory ${directory} cannot be used`, hint }, { cause: error });
  }
}
