import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NvError } from '../../control-plane/src/core/errors.ts';
import { dropLink } from './bridge.ts';
import { type CgroupLayout, enterGroups, groupName, killGroups, listProcesses } from './cgroup.ts';
import type { Host } from './layout.ts';
import { run } from './process.ts';

/** A host's power once it is on; `failed` turns true when what runs the host has ended by itself. */
export type Power = { readonly failed: () => boolean };

/** Switches the host on: its disk is mounted in a mount namespace of its own, so nothing stays mounted once it is off. */
export async function powerOn(host: Host, layout: CgroupLayout, bridge: string): Promise<Power> {
  const image = (await readFile(join(host.folder, 'image'), 'utf8')).trim();
  const mounted = ['unshare', '--mount', 'sh', '-c', mountThenBoot, 'sh', image, ...nspawn(host, bridge)];
  const [program = '', ...args] = await enterGroups(layout, host.machine, mounted);
  const console = await open(join(host.folder, 'console.log'), 'a');
  // The disk is guarded by the lab's own lock; nspawn's lock files would stay behind after a power cut.
  const env = { ...process.env, SYSTEMD_NSPAWN_LOCK: '0' };
  const child = spawn(program, args, { detached: true, stdio: ['ignore', console.fd, console.fd], cwd: host.folder, env });
  await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  await console.close();
  child.unref();
  return { failed: () => child.exitCode !== null || child.signalCode !== null };
}

/** Cuts the power: every process of the host ends at once, the disk stays. Harmless when it is off. */
export async function powerOff(host: Pick<Host, 'machine'>, layout: CgroupLayout): Promise<void> {
  await killGroups(layout, host.machine);
  if (layout.systemd) await run(['systemctl', 'stop', `${groupName(host.machine)}.scope`]);
  await dropLink(host.machine);
  await rm(`/run/systemd/nspawn/propagate/${host.machine}`, { recursive: true, force: true });
}

/** The id, on this machine, of the host's first process; undefined while the host is off. */
export async function findLeader(host: Pick<Host, 'machine'>, layout: CgroupLayout): Promise<number | undefined> {
  for (const pid of await listProcesses(layout, host.machine)) {
    const status = await readStatus(pid);
    if (/^NSpid:.*\t1$/m.test(status) && /^Name:\tsystemd$/m.test(status)) return pid;
  }
  return undefined;
}

/** What the host last wrote to its console. */
export async function readConsole(host: Host): Promise<string> {
  const file = join(host.folder, 'console.log');
  return existsSync(file) ? (await readFile(file, 'utf8')).split('\n').slice(-12).join('\n') : '';
}

/** The error of a host that does not come up, with the end of its console. */
export async function bootFailure(host: Host, message: string): Promise<NvError> {
  return new NvError({ code: 'NV_UNEXPECTED', message: `${host.name} ${message}\n${await readConsole(host)}` });
}

/** Marks a host's cable as pulled, so that it stays so when the host boots again. */
export async function markCut(host: Host, cut: boolean): Promise<void> {
  if (cut) return writeFile(join(host.folder, 'cut'), '');
  await rm(join(host.folder, 'cut'), { force: true });
}

/** Whether the host's cable is marked as pulled. */
export function isMarkedCut(host: Host): boolean {
  return existsSync(join(host.folder, 'cut'));
}

/** The kernel may still be letting go of the same layer when a host boots right after a power cut, hence the second tries. */
const mountThenBoot = `
tries=0
until mount -t overlay overlay -o "lowerdir=$1,upperdir=upper,workdir=work,index=on" root; do
  tries=$((tries + 1)); [ $tries -lt 50 ] || exit 1; sleep 0.1
done
shift
exec "$@"`;

/** CAP_SYS_TIME stays away: the clock is the machine's, and a host could set it for everybody. */
function nspawn(host: Host, bridge: string): string[] {
  return [
    'systemd-nspawn',
    '--quiet',
    '--register=no',
    '--keep-unit',
    '--boot',
    `--machine=${host.machine}`,
    `--hostname=${host.name}`,
    '--directory=root',
    `--network-bridge=${bridge}`,
    '--capability=all',
    '--drop-capability=CAP_SYS_TIME',
    '--resolv-conf=off',
    '--timezone=off',
    '--link-journal=no',
    '--console=read-only',
  ];
}

async function readStatus(pid: number): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/status`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}
