import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import { guardFence } from '../../agent/src/adapters/guard/guard-fence.ts';
import { hostMoment } from '../../agent/src/adapters/host-clock.ts';
import { after } from '../../agent/src/core/failover/moment.ts';
import type { Fence, FenceAnswer, FenceState } from '../../agent/src/ports/fence.ts';
import { repositoryPath } from './repository-path.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const patienceMs = 10_000;

export const guardProgram = repositoryPath('agent/guard/netvis-guard');

/** Where a guard under test has everything: a directory of its own that stands for the host. */
export type GuardPlace = {
  readonly directory: string;
  readonly config: string;
  readonly socket: string;
  readonly lease: string;
  readonly role: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What was written to cgroup.kill since it was last emptied. */
  killText(): Promise<string>;
  emptyKill(): Promise<void>;
  populate(populated: boolean): Promise<void>;
  /** The command lines of `ip` and `systemctl`, which do nothing here. */
  commands(): Promise<readonly string[]>;
  /** Runs the program to its end: its exit code. */
  run(...args: readonly string[]): number;
};

export type GuardProcess = {
  readonly fence: Fence;
  readonly pid: number;
  /** Everything it said so far. */
  said(): string;
  signal(signal: NodeJS.Signals): void;
  end(signal: NodeJS.Signals): Promise<void>;
};

export async function guardPlace(): Promise<GuardPlace> {
  const directory = await temporaryDirectory();
  const path = (name: string) => join(directory, name);
  const environment = { PATH: `${path('bin')}:${process.env.PATH}` };
  for (const folder of ['run', 'unit', 'bin']) await mkdir(path(folder));
  await fakeCommands(directory);
  const paths = await writeConfig(path);
  const populate = (populated: boolean) => writeFile(path('unit/cgroup.events'), `populated ${populated ? 1 : 0}\nfrozen 0\n`);
  await populate(true);
  await writeFile(path('unit/cgroup.kill'), '');
  return {
    ...{ directory, environment, populate },
    ...paths,
    killText: () => readFile(path('unit/cgroup.kill'), 'utf8'),
    emptyKill: () => writeFile(path('unit/cgroup.kill'), ''),
    commands: async () => (existsSync(path('commands')) ? (await readFile(path('commands'), 'utf8')).trimEnd().split('\n') : []),
    run: (...args) => spawnSync('perl', [guardProgram, ...args, paths.config], { env: environment }).status ?? -1,
  };
}

async function writeConfig(path: (name: string) => string) {
  const paths = { config: path('guard.conf'), socket: path('guard.sock'), lease: path('run/lease'), role: path('vip-weight') };
  const settings = [
    `socket ${paths.socket}`,
    `lease ${paths.lease}`,
    'unit netvis-postgres.service',
    `kill ${path('absent/cgroup.kill')}`,
    `kill ${path('unit/cgroup.kill')}`,
    `role ${paths.role} 1 claims-nothing`,
    'address host0 10.0.0.5/24',
  ];
  await writeFile(paths.config, `# a comment\n\n${settings.join('\n')}\n`);
  return paths;
}

/** Starts the guard there and waits until it answers. It goes with the test. */
export async function startGuard(place: GuardPlace, environment: Readonly<Record<string, string>> = {}): Promise<GuardProcess> {
  const child = spawn('perl', [guardProgram, place.config], {
    env: { ...place.environment, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    said += chunk;
  });
  onTestFinished(() => end(child, 'SIGKILL'));
  const fence = guardFence(place.socket);
  await vi.waitFor(
    async () => {
      if (child.exitCode !== null) throw new Error(`the guard ended: ${said}`);
      if (!said.includes('watches')) throw new Error(`the guard does not answer: ${said}`);
    },
    { timeout: patienceMs, interval: 10 },
  );
  return { fence, pid: child.pid ?? 0, said: () => said, signal: (signal) => void child.kill(signal), end: (signal) => end(child, signal) };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}

async function fakeCommands(directory: string): Promise<void> {
  for (const name of ['ip', 'systemctl']) {
    const path = join(directory, 'bin', name);
    await writeFile(path, `#!/bin/sh\necho ${name} "$@" >> ${join(directory, 'commands')}\n`);
    await chmod(path, 0o755);
  }
}

/** Tells the guard to kill in so many milliseconds. */
export function armGuard({ fence }: GuardProcess, epoch: number, ms: number): Promise<FenceAnswer> {
  return fence.arm({ epoch, deadline: after(hostMoment(), ms), postmaster: { pid: 12, startTime: 34 } }, patienceMs);
}

/** Waits until the guard says so of itself. */
export function becomes({ fence }: GuardProcess, kind: FenceState['kind']): Promise<void> {
  return vi.waitFor(async () => expect(await fence.state(patienceMs)).toMatchObject({ state: { kind } }), {
    timeout: patienceMs,
    interval: 10,
  });
}

/** Waits until this moment of CLOCK_MONOTONIC is over. */
export function isOver(monotonicMs: number): Promise<void> {
  return vi.waitFor(() => expect(hostMoment().monotonicMs).toBeGreaterThan(monotonicMs), { timeout: patienceMs, interval: 10 });
}
