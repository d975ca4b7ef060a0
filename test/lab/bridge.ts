import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { addressIn, type Claim, machinePrefix } from './networks.ts';
import { must, run } from './process.ts';

/** Makes the lab's bridge with the machine's address on it; leaves one that exists as it is. No route leads outward. */
export async function ensureBridge(claim: Claim): Promise<void> {
  const { bridge } = claim;
  if (!existsSync(`/sys/class/net/${bridge}`)) {
    await must(['ip', 'link', 'add', bridge, 'type', 'bridge', 'forward_delay', '0', 'stp_state', '0', 'mcast_snooping', '0']);
  }
  await must(['ip', 'address', 'replace', `${addressIn(claim, 1)}/24`, 'dev', bridge]);
  await must(['ip', 'link', 'set', bridge, 'up']);
}

/** Removes the bridge and every link of the lab that is left. */
export async function removeBridge(claim: Claim): Promise<void> {
  const left = (await readdir('/sys/class/net')).filter((link) => link === claim.bridge || link.startsWith(`vb-${machinePrefix(claim)}`));
  for (const link of left) await deleteLink(link);
}

/** Takes the cable of a host that is off away; the kernel does so by itself, but only a moment later. */
export async function dropLink(machine: string): Promise<void> {
  if (existsSync(`/sys/class/net/${linkName(machine)}`)) await deleteLink(linkName(machine));
}

/** A link may go away by itself between the look and the deletion. */
async function deleteLink(link: string): Promise<void> {
  const outcome = await run(['ip', 'link', 'delete', link]);
  if (outcome.exitCode !== 0 && existsSync(`/sys/class/net/${link}`)) await must(['ip', 'link', 'delete', link]);
}

/** Pulls a host's cable out of the bridge, or plugs it in. */
export async function setLink(machine: string, state: 'up' | 'down'): Promise<void> {
  await must(['ip', 'link', 'set', linkName(machine), state]);
}

/** Whether the host's cable is plugged in; undefined when the host is off. */
export async function readLink(machine: string): Promise<'up' | 'down' | undefined> {
  const flags = `/sys/class/net/${linkName(machine)}/flags`;
  if (!existsSync(flags)) return undefined;
  return Number(await readFile(flags, 'utf8')) & 1 ? 'up' : 'down';
}

function linkName(machine: string): string {
  return `vb-${machine}`;
}
