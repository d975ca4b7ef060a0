import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { NvError } from '../../control-plane/src/core/errors.ts';
import { readLink, setLink } from './bridge.ts';
import { type CgroupLayout, readFrozen } from './cgroup.ts';
import { greets } from './connection.ts';
import type { Host } from './layout.ts';
import { withLock } from './lock.ts';
import { bootFailure, findLeader, isMarkedCut, type Power, powerOff, powerOn } from './power.ts';
import { lockOf } from './registry.ts';

const patienceMs = 90_000;
const pollMs = 50;

/** `ms` from power on until users can log in; 0 for a host that was on already. */
export type Boot = { readonly host: string; readonly ms: number };

/**
 * Switches a host on and waits until users can log in by ssh (for a cut host: until its own system says so).
 * One that is on is waited for too, unless it is paused. Throws NV_UNEXPECTED with the end of its console.
 */
export async function boot(host: Host, layout: CgroupLayout, bridge: string): Promise<Boot> {
  requireDisk(host);
  return withLock(lockOf(host.folder), async () => {
    const on = (await findLeader(host, layout)) !== undefined;
    if (on && (await readFrozen(layout, host.machine))) return { host: host.name, ms: 0 };
    const started = performance.now();
    const power = on ? { failed: () => false } : await start(host, layout, bridge);
    await until(host, power, () => letsUsersIn(host, layout));
    if (on) return { host: host.name, ms: 0 };
    const ms = Math.round(performance.now() - started);
    await writeFile(join(host.folder, 'boot-ms'), `${ms}\n`);
    return { host: host.name, ms };
  });
}

/** Throws NV_REFUSED for a host of the shape that was left out when the lab came up. */
export function requireDisk(host: Host): void {
  if (existsSync(host.folder)) return;
  throw new NvError({ code: 'NV_REFUSED', message: `${host.name} was never made`, hint: `npm run lab -- up --hosts ${host.name}` });
}

async function start(host: Host, layout: CgroupLayout, bridge: string): Promise<Power> {
  await powerOff(host, layout);
  const power = await powerOn(host, layout, bridge);
  if (!isMarkedCut(host)) return power;
  await until(host, power, async () => (await readLink(host.machine)) !== undefined);
  await setLink(host.machine, 'down');
  return power;
}

/** systemd holds logins back by /run/nologin until the system is up far enough. */
async function letsUsersIn(host: Host, layout: CgroupLayout): Promise<boolean> {
  const leader = await findLeader(host, layout);
  if (leader === undefined) return false;
  const run = `/proc/${leader}/root/run`;
  if (!existsSync(join(run, 'sshd')) || existsSync(join(run, 'nologin'))) return false;
  return isMarkedCut(host) || greets(host.address, 1000);
}

async function until(host: Host, power: Power, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await holds())) {
    if (power.failed()) throw await bootFailure(host, 'went off while it booted');
    if (performance.now() > deadline) throw await bootFailure(host, `does not let users in within ${patienceMs / 1000} s`);
    await delay(pollMs);
  }
}
