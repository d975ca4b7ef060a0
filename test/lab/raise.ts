import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { NvError } from '../../control-plane/src/core/errors.ts';
import { type Boot, boot } from './boot.ts';
import { ensureBridge, removeBridge } from './bridge.ts';
import { type CgroupLayout, detectLayout, listMachines } from './cgroup.ts';
import { ensureDisk } from './host-disk.ts';
import { dropIdentity, ensureIdentity, forgetHosts, recordHostKeys } from './identity.ts';
import { ensureImage } from './image.ts';
import { type Host, hostsOf, labFiles } from './layout.ts';
import { withLock } from './lock.ts';
import { ensureMachine, requireMachine } from './machine.ts';
import { type Claim, machinePrefix, type Wanted } from './networks.ts';
import { powerOff } from './power.ts';
import { claimNetwork, lockOf, readClaims, releaseNetwork } from './registry.ts';
import { isShape, shapes } from './shapes.ts';

export type RaiseOptions = {
  /** Only these hosts of the shape; all when absent. */
  readonly hosts?: readonly string[];
  /** Start from blank disks even when the lab exists. */
  readonly fresh?: boolean;
  readonly say?: (line: string) => void;
};

/** What `raise` did: the network it has, and a boot per host; `ms` is the whole time, the image not counted. */
export type Raised = { readonly claim: Claim; readonly boots: readonly Boot[]; readonly ms: number };

/** Brings a lab up: makes what is missing, boots what is off, leaves all else alone. */
export async function raise(wanted: Wanted, options: RaiseOptions = {}): Promise<Raised> {
  const { say = () => undefined } = options;
  await requireMachine();
  const installed = await ensureMachine();
  if (installed.length > 0) say(`installed on this machine: ${installed.join(' ')}`);
  const image = await ensureImage(say);
  return withLock(lockOf(labFiles(wanted.name).folder), async () => {
    if (options.fresh === true) await clear(wanted);
    const started = performance.now();
    await sweepAbandoned();
    const claim = await claimNetwork(wanted);
    const boots = await raiseHosts(claim, image, options.hosts);
    return { claim, boots, ms: Math.round(performance.now() - started) };
  });
}

/** Takes a lab down and removes everything of it, whatever state it is in. Harmless when there is nothing. */
export async function lower(wanted: Wanted): Promise<void> {
  await requireMachine();
  await withLock(lockOf(labFiles(wanted.name).folder), () => clear(wanted));
}

async function raiseHosts(claim: Claim, image: string, names: readonly string[] | undefined): Promise<Boot[]> {
  const layout = detectLayout();
  const files = labFiles(claim.name);
  const all = hostsOf(claim);
  const hosts = names === undefined ? all : all.filter((host) => names.includes(host.name));
  await sweepStrangers(claim, layout, all);
  await ensureIdentity(files);
  await mkdir(claim.folder, { recursive: true });
  await Promise.all(hosts.map((host) => ensureDisk(host, files, image)));
  await recordHostKeys(files, hosts);
  await ensureBridge(claim);
  return bootAll(hosts, layout, claim.bridge);
}

/** Boots all at once and waits for each, so that an error speaks of every host that stays off. */
async function bootAll(hosts: readonly Host[], layout: CgroupLayout, bridge: string): Promise<Boot[]> {
  const settled = await Promise.allSettled(hosts.map((host) => boot(host, layout, bridge)));
  const failures = settled.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  const [first] = failures;
  if (failures.length === 1) throw first;
  if (failures.length > 1)
    throw new NvError({ code: 'NV_UNEXPECTED', message: failures.map((reason) => (reason as Error).message).join('\n\n') });
  return settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

/** Removes labs whose checkout was deleted while they were up: nobody else can take them down. */
async function sweepAbandoned(): Promise<void> {
  for (const claim of (await readClaims()).filter(({ checkout }) => !existsSync(checkout))) {
    await clearMachine(claim);
    await releaseNetwork(claim);
  }
}

/** Ends hosts under the lab's names that have no disk here: what is left of a checkout that is gone. */
async function sweepStrangers(claim: Claim, layout: CgroupLayout, hosts: readonly Host[]): Promise<void> {
  const known = new Set(hosts.filter((host) => existsSync(host.folder)).map((host) => host.machine));
  for (const machine of await listMachines(layout, machinePrefix(claim))) if (!known.has(machine)) await powerOff({ machine }, layout);
}

async function clear(wanted: Wanted): Promise<void> {
  const files = labFiles(wanted.name);
  const claim = (await readClaims()).find(({ folder }) => folder === wanted.folder);
  if (claim !== undefined) await clearMachine(claim);
  await rm(wanted.folder, { recursive: true, force: true });
  if (claim !== undefined) await forgetHosts(files, hostsOf(claim));
  const others = Object.keys(shapes).some((shape) => isShape(shape) && existsSync(join(files.folder, shape)));
  if (!others) await dropIdentity(files);
  if (claim !== undefined) await releaseNetwork(claim);
}

async function clearMachine(claim: Claim): Promise<void> {
  const layout = detectLayout();
  const machines = new Set([...hostsOf(claim).map((host) => host.machine), ...(await listMachines(layout, machinePrefix(claim)))]);
  await Promise.all([...machines].map((machine) => powerOff({ machine }, layout)));
  await removeBridge(claim);
}
