import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readLink } from './bridge.ts';
import { type CgroupLayout, readFrozen } from './cgroup.ts';
import { greets } from './connection.ts';
import type { Host } from './layout.ts';
import { findLeader, isMarkedCut } from './power.ts';
import { type Login, sudoOf } from './shapes.ts';

/** One host as it is now. `absent` = never made; `bootMs` = how long its last boot took. */
export type HostStatus = {
  readonly host: string;
  readonly address: string;
  readonly login: Login;
  readonly sudo: 'none' | 'no-password' | 'password';
  readonly state: 'absent' | 'off' | 'on' | 'paused';
  readonly link: 'up' | 'cut';
  readonly ssh: boolean;
  readonly bootMs: number | undefined;
  readonly leader: number | undefined;
};

/** Reads a host's state from its groups, its link and its ssh port; changes nothing. */
export async function readStatus(host: Host, layout: CgroupLayout): Promise<HostStatus> {
  const leader = await findLeader(host, layout);
  const paused = leader !== undefined && (await readFrozen(layout, host.machine));
  const link = (await readLink(host.machine)) === 'down' || isMarkedCut(host) ? 'cut' : 'up';
  return {
    host: host.name,
    address: host.address,
    login: host.login,
    sudo: sudoOf[host.login],
    state: stateOf(host, leader, paused),
    link,
    ssh: leader !== undefined && !paused && link === 'up' && (await greets(host.address, 1000)),
    bootMs: await readBootMs(host),
    leader,
  };
}

function stateOf(host: Host, leader: number | undefined, paused: boolean): HostStatus['state'] {
  if (paused) return 'paused';
  if (leader !== undefined) return 'on';
  return existsSync(host.folder) ? 'off' : 'absent';
}

async function readBootMs(host: Host): Promise<number | undefined> {
  const file = join(host.folder, 'boot-ms');
  return existsSync(file) ? Number(await readFile(file, 'utf8')) : undefined;
}
