import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readLink, setLink } from './bridge.ts';
import { type CgroupLayout, readFrozen } from './cgroup.ts';
import { greets } from './connection.ts';
import type { Host } from './layout.ts';
import { withLock } from './lock.ts';
import { bootFailure, findLeader, isMarkedCut, powerOff, powerOn } from './power.ts';
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
  return withLock(lockOf(host.folder), async () => {
    const on = (await findLeader(host, layout)) !== undefined;
    if (on && (await readFrozen(layout, host.machine))) return { host: host.name, ms: 0 };
    const started = performance.now();
    if (!on) await start(host, layout, bridge);
    await waitUntilOpen(host, layout, started + patienceMs);
    if (on) return { host: host.name, ms: 0 };
    const ms = Math.round(performance.now() - started);
    await writeFile(join(host.folder, 'boot-ms'), `${ms}\n`);
    return { host: host.name, ms };
  });
}

async function start(host: Host, layout: CgroupLayout, bridge: string): Promise<void> {
  await powerOff(host, layout);
  await powerOn(host, layout, bridge);
  if (!isMarkedCut(host)) return;
  await until(host, performance.now() + patienceMs, async () => (await readLink(host.machine)) !== undefined);
  await setLink(host.machine, 'down');
}

async function waitUntilOpen(host: Host, layout: CgroupLayout, deadline: number): Promise<void> {
  let seen = false;
  await until(host, deadline, async () => {
    const leader = await findLeader(host, layout);
    if (leader === undefined && seen) throw await bootFailure(host, 'was switched off while it booted');
    seen ||= leader !== undefined;
    return leader !== undefined && letsUsersIn(leader) && (isMarkedCut(host) || (await greets(host.address, 1000)));
  });
}

/** systemd holds logins back by /run/nologin until the system is up far enough. */
function letsUsersIn(leader: number): boolean {
  return existsSync(`/proc/${leader}/root/run/sshd`) && !existsSync(`/proc/${leader}/root/run/nologin`);
}

async function until(host: Host, deadline: number, holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) {
    if (performance.now() > deadline) throw await bootFailure(host, `does not let users in within ${patienceMs / 1000} s`);
    await delay(pollMs);
  }
}
