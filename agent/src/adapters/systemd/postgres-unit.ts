import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { ServerProcess } from '../../ports/server-process.ts';

const execute = promisify(execFile);
const timeoutMs = 5000;

/** Where the unit's cgroup lies: on cgroup v2, and beside v1 (hybrid). */
const cgroupRoots = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified'];

/** PostgreSQL as a systemd unit that is never enabled: this agent alone starts it. */
export function postgresUnit(unit: string): ServerProcess {
  const kills = cgroupRoots.map((root) => `${root}/system.slice/${unit}/cgroup.kill`);
  return {
    async start() {
      await execute('systemctl', ['start', '--no-block', unit], { timeout: timeoutMs });
    },
    async hasEnded() {
      const { stdout } = await execute('systemctl', ['show', '--property=ActiveState', '--value', unit], { timeout: timeoutMs });
      return ['inactive', 'failed'].includes(stdout.trim());
    },
    async killAll() {
      const [kill] = kills.filter((path) => existsSync(path));
      // By the kernel alone, whatever systemd is busy with.
      if (kill) return writeFileSync(kill, '1\n');
      await execute('systemctl', ['kill', '-s', 'KILL', '--kill-whom=all', unit], { timeout: timeoutMs });
    },
  };
}
