import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, vi } from 'vitest';
import { createClusterLock } from '../../../../control-plane/src/adapters/cluster-lock/cluster-lock.ts';
import { NvError } from '../../../../control-plane/src/core/errors.ts';
import type { RemoteHosts } from '../../../../control-plane/src/ports/remote-host.ts';
import { clusterLockContract, type LockWorld } from '../../../contracts/cluster-lock.contract.ts';
import { fakeRemoteHosts, localShell } from '../../../support/fake-remote-hosts.ts';
import { memoryClusterLock } from '../../../support/memory-cluster-lock.ts';
import { connectToAll } from '../../../support/ssh-hosts.ts';
import { startSshd } from '../../../support/sshd.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

const hosts = ['e1', 'e2', 'e3'];

// Signs of life come when a test says so.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

describe('lock files by a real shell', () => {
  clusterLockContract(async () => await lockFiles(fakeRemoteHosts({ answer: localShell })));
});

describe('lock files over SSH', () => {
  clusterLockContract(async () => await lockFiles(connectToAll(await startSshd(), hosts)));
});

describe('the lock in memory', () => {
  clusterLockContract(async () => {
    const clock = { ms: 0 };
    const lock = memoryClusterLock(clock);
    return {
      lock,
      place: { cluster: 'demo', hosts, remotes: fakeRemoteHosts({ answer: localShell }) },
      clock,
      age: async (ms) => lock.age(ms),
      beat: lock.beat,
      fail: (host) => void lock.down.add(host),
      mend: (host) => void lock.down.delete(host),
    };
  });
});

async function lockFiles(reached: RemoteHosts): Promise<LockWorld> {
  const directory = await temporaryDirectory();
  const foldersOf = (host: string) => ({ lasting: join(directory, host), passing: join(directory, host, 'passing') });
  const clock = { ms: 0 };
  const down = new Set<string>();
  return {
    lock: createClusterLock({ clock: { monotonicMs: () => clock.ms }, foldersOf, retryMs: 10 }),
    place: { cluster: 'demo', hosts, remotes: without(reached, down) },
    clock,
    age: async (ms) => void (await Promise.all(hosts.map((host) => ageBeat(join(foldersOf(host).passing, 'beat'), ms)))),
    beat: () => void vi.advanceTimersByTime(5000),
    fail: (host) => void down.add(host),
    mend: (host) => void down.delete(host),
  };
}

function without(reached: RemoteHosts, down: ReadonlySet<string>): RemoteHosts {
  const refuse = async (host: string): Promise<never> => {
    throw new NvError({ code: 'NV_SSH_UNREACHABLE', message: `${host} refuses`, host });
  };
  return {
    ...reached,
    get: (host) => ({
      ...reached.get(host),
      run: (command, options) => (down.has(host) ? refuse(host) : reached.get(host).run(command, options)),
    }),
  };
}

/** Moves a host's last sign of life into the past of this machine's uptime. */
async function ageBeat(path: string, ms: number): Promise<void> {
  const [promised] = (await readFile(path, 'utf8')).split(' ');
  const uptime = Number((await readFile('/proc/uptime', 'utf8')).split(' ')[0]);
  await writeFile(path, `${promised} ${(uptime - ms / 1000).toFixed(2)}\n`);
}
