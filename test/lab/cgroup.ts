import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { NvError } from '../../control-plane/src/core/errors.ts';

const mount = '/sys/fs/cgroup';

/**
 * How this machine groups processes. `unified` is the cgroup-v2 root (under a v1 machine its hybrid mount, if it has one),
 * `legacy` the v1 hierarchies a host needs, `systemd` whether the machine's own init hands out the groups.
 */
export type CgroupLayout = { readonly unified: string | undefined; readonly legacy: readonly string[]; readonly systemd: boolean };

/** Reads the layout from what is mounted now. */
export function detectLayout(exists: (path: string) => boolean = existsSync): CgroupLayout {
  const systemd = exists('/run/systemd/system');
  if (exists(join(mount, 'cgroup.controllers'))) return { unified: mount, legacy: [], systemd };
  const legacy = ['systemd', 'freezer'].map((name) => join(mount, name)).filter(exists);
  const hybrid = join(mount, 'unified');
  return { unified: exists(hybrid) ? hybrid : undefined, legacy, systemd };
}

/** The name of a host's group; under systemd also that of its scope. */
export function groupName(machine: string): string {
  return `netvis-lab-${machine}`;
}

/** Every folder that holds processes of the machine, whether it exists or not. */
export function groupFolders(layout: CgroupLayout, machine: string): string[] {
  const own = groupName(machine);
  return [...layout.legacy, ...(layout.unified === undefined ? [] : [layout.unified])].map((root) =>
    inScope(layout, root) ? join(root, 'system.slice', `${own}.scope`) : join(root, own),
  );
}

/** The argv that runs `argv` inside the machine's groups. The groups that systemd does not make are made here. */
export async function enterGroups(layout: CgroupLayout, machine: string, argv: readonly string[]): Promise<string[]> {
  const mine = groupFolders(layout, machine).filter((folder) => !folder.endsWith('.scope'));
  for (const folder of mine) await mkdir(folder, { recursive: true });
  const moves = mine.map((folder) => `echo $$ > ${folder}/cgroup.procs`);
  const entered = ['sh', '-c', [...moves, 'exec "$@"'].join(' && '), 'sh', ...argv];
  if (!layout.systemd) return entered;
  const scope = ['systemd-run', '--scope', '--quiet', '--collect', '--slice=system.slice', '--property=Delegate=yes'];
  return [...scope, `--unit=${groupName(machine)}.scope`, '--', ...entered];
}

/** Stops or continues every process of the machine, and waits until that has happened. */
export async function setFrozen(layout: CgroupLayout, machine: string, frozen: boolean): Promise<void> {
  const freezer = freezerOf(layout, machine);
  await writeFile(freezer.control, frozen ? freezer.on : freezer.off);
  for (let tries = 0; tries < 200; tries++) {
    if ((await readFrozen(layout, machine)) === frozen) return;
    await delay(10);
  }
  throw new NvError({ code: 'NV_UNEXPECTED', message: `${machine} does not ${frozen ? 'freeze' : 'thaw'} within 2 s` });
}

/** Whether the machine is paused; false when it has no group. */
export async function readFrozen(layout: CgroupLayout, machine: string): Promise<boolean> {
  const { state, frozenPattern } = freezerOf(layout, machine);
  if (!existsSync(state)) return false;
  return frozenPattern.test(await readFile(state, 'utf8'));
}

/** The ids of all processes of the machine, children's groups included. */
export async function listProcesses(layout: CgroupLayout, machine: string): Promise<number[]> {
  const found = new Set<number>();
  for (const folder of groupFolders(layout, machine)) {
    for (const group of await tree(folder)) {
      const listed = await ifThere(readFile(join(group, 'cgroup.procs'), 'utf8'), '');
      for (const pid of listed.split('\n')) if (pid !== '') found.add(Number(pid));
    }
  }
  return [...found];
}

/** Ends every process of the machine as a power cut does, then removes its groups. Harmless when there are none. */
export async function killGroups(layout: CgroupLayout, machine: string): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    const pids = await listProcesses(layout, machine);
    for (const pid of pids) signalKill(pid);
    if (await readFrozen(layout, machine)) await setFrozen(layout, machine, false);
    if (pids.length === 0) return removeGroups(layout, machine);
    await delay(10);
  }
  throw new NvError({ code: 'NV_UNEXPECTED', message: `processes of ${machine} survive SIGKILL` });
}

/** The machines whose name starts with `prefix` and that still have a group. */
export async function listMachines(layout: CgroupLayout, prefix: string): Promise<string[]> {
  const own = groupName(prefix);
  const found = new Set<string>();
  for (const root of groupFolders(layout, '').map((folder) => join(folder, '..'))) {
    if (!existsSync(root)) continue;
    for (const entry of await readdir(root)) {
      if (entry.startsWith(own)) found.add(entry.slice(groupName('').length).replace(/\.scope$/, ''));
    }
  }
  return [...found];
}

async function removeGroups(layout: CgroupLayout, machine: string): Promise<void> {
  for (const folder of groupFolders(layout, machine)) {
    for (const group of (await tree(folder)).reverse()) await ifThere(rmdir(group), undefined);
  }
}

/** The folder and all below it, parents first; empty when it does not exist. */
async function tree(folder: string): Promise<string[]> {
  const entries = await ifThere(readdir(folder, { withFileTypes: true }), []);
  if (!existsSync(folder)) return [];
  const below = await Promise.all(entries.filter((entry) => entry.isDirectory()).map((entry) => tree(join(folder, entry.name))));
  return [folder, ...below.flat()];
}

function inScope(layout: CgroupLayout, root: string): boolean {
  return layout.systemd && !root.endsWith('/freezer');
}

function freezerOf(layout: CgroupLayout, machine: string) {
  const legacy = groupFolders(layout, machine).find((folder) => folder.startsWith(join(mount, 'freezer/')));
  if (legacy !== undefined) {
    const file = join(legacy, 'freezer.state');
    return { control: file, state: file, on: 'FROZEN', off: 'THAWED', frozenPattern: /^FROZEN/ };
  }
  const unified = groupFolders(layout, machine).at(-1) ?? '';
  return {
    control: join(unified, 'cgroup.freeze'),
    state: join(unified, 'cgroup.events'),
    on: '1',
    off: '0',
    frozenPattern: /^frozen 1$/m,
  };
}

function signalKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** A group may vanish while it is being read; that is the wished end, not an error. */
async function ifThere<T>(work: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENODEV') return otherwise;
    throw error;
  }
}
