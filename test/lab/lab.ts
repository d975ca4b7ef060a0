import { readFile } from 'node:fs/promises';
import { NvError } from '../../control-plane/src/core/errors.ts';
import { type Boot, boot, requireDisk } from './boot.ts';
import { setLink } from './bridge.ts';
import { detectLayout, setFrozen } from './cgroup.ts';
import { asRoot, sshArgv } from './connection.ts';
import { type Host, hostsOf, type LabFiles, labFiles, wantedOf } from './layout.ts';
import { defaultLab, type Wanted } from './networks.ts';
import { findLeader, markCut, powerOff } from './power.ts';
import { type Outcome, type RunOptions, run } from './process.ts';
import { lower, type Raised, type RaiseOptions, raise } from './raise.ts';
import { readClaims } from './registry.ts';
import type { Shape } from './shapes.ts';
import { type HostStatus, readStatus } from './status.ts';

/** A lab of real hosts. Every verb on hosts throws NV_REFUSED while the lab is not up, NV_USAGE for a host it does not have. */
export type Lab = {
  readonly name: string;
  readonly shape: Shape;
  readonly files: LabFiles;
  /** Makes what is missing and boots what is off; a lab that is up stays as it is. */
  up(options?: RaiseOptions): Promise<Raised>;
  /** Removes the lab and all it left; harmless when there is none. */
  down(): Promise<void>;
  /** All hosts of the shape with their addresses and logins. */
  hosts(): Promise<Host[]>;
  status(): Promise<HostStatus[]>;
  /** Runs a shell command over ssh as the host's login. 255 = no connection. */
  ssh(host: string, command: string, options?: RunOptions): Promise<Outcome>;
  /** Runs a shell command over ssh with root's rights, whatever the login. */
  sudo(host: string, command: string, options?: RunOptions): Promise<Outcome>;
  /** Runs a shell command as root from the machine itself: works while the host is cut. */
  inside(host: string, command: string, options?: RunOptions): Promise<Outcome>;
  /** Power cut: all processes end at once, the disk stays. */
  kill(...hosts: string[]): Promise<unknown>;
  /** Power on, and wait for logins. */
  boot(...hosts: string[]): Promise<Boot[]>;
  /** Pulls the hosts' cables; they stay out over a power cut. */
  cut(...hosts: string[]): Promise<unknown>;
  heal(...hosts: string[]): Promise<unknown>;
  /** Freezes all processes of the hosts, as pausing a virtual machine does. */
  pause(...hosts: string[]): Promise<unknown>;
  resume(...hosts: string[]): Promise<unknown>;
};

/** The lab of that name (default: NETVIS_LAB, else the one with the fixed addresses) and shape. Touches nothing yet. */
export function openLab(options: { readonly name?: string; readonly shape: Shape }): Lab {
  const { name = process.env.NETVIS_LAB || defaultLab, shape } = options;
  const wanted = wantedOf(name, shape);
  const files = labFiles(name);
  const hosts = async () => (await claimOf(wanted)).hosts;
  return {
    name,
    shape,
    files,
    up: (raiseOptions) => raise(wanted, raiseOptions),
    down: () => lower(wanted),
    hosts,
    status: async () => Promise.all((await hosts()).map((host) => readStatus(host, detectLayout()))),
    ...reaching(wanted, files),
    ...switching(wanted),
  };
}

function reaching(wanted: Wanted, files: LabFiles): Pick<Lab, 'ssh' | 'sudo' | 'inside'> {
  const find = async (name: string) => pickHost((await claimOf(wanted)).hosts, name);
  return {
    ssh: async (name, command, options) => run(sshArgv(await find(name), files, [command]), options),
    sudo: async (name, command, options = {}) => {
      const host = await find(name);
      const asked = asRoot(host, command, (await readFile(files.sudoPassword, 'utf8')).trim());
      return run(sshArgv(host, files, [asked.command]), { ...options, input: asked.input + (options.input ?? '') });
    },
    inside: async (name, command, options) => {
      const leader = await requireOn(await find(name));
      return run(['nsenter', '--target', String(leader), '--all', '--', 'sh', '-c', command], options);
    },
  };
}

function switching(wanted: Wanted): Pick<Lab, 'kill' | 'boot' | 'cut' | 'heal' | 'pause' | 'resume'> {
  const layout = detectLayout();
  const each =
    <T>(act: (host: Host, bridge: string) => Promise<T>) =>
    async (...names: string[]) => {
      const { claim, hosts } = await claimOf(wanted);
      return Promise.all(names.map((name) => pickHost(hosts, name)).map((host) => act(host, claim.bridge)));
    };
  return {
    kill: each((host) => powerOff(host, layout)),
    boot: each((host, bridge) => boot(host, layout, bridge)),
    cut: each((host) => plug(host, 'down')),
    heal: each((host) => plug(host, 'up')),
    pause: each((host) => freeze(host, true)),
    resume: each((host) => freeze(host, false)),
  };
}

async function claimOf(wanted: Wanted) {
  const claim = (await readClaims()).find(({ folder }) => folder === wanted.folder);
  if (claim !== undefined) return { claim, hosts: hostsOf(claim) };
  throw new NvError({ code: 'NV_REFUSED', message: `the ${wanted.shape} lab is not up`, hint: `npm run lab -- up ${wanted.shape}` });
}

function pickHost(hosts: readonly Host[], name: string): Host {
  const found = hosts.find((host) => host.name === name);
  if (found !== undefined) return found;
  throw new NvError({ code: 'NV_USAGE', message: `no host ${name} in this lab`, hint: hosts.map((host) => host.name).join(' ') });
}

async function requireOn(host: Host): Promise<number> {
  const leader = await findLeader(host, detectLayout());
  if (leader !== undefined) return leader;
  throw new NvError({ code: 'NV_REFUSED', message: `${host.name} is switched off`, hint: `npm run lab -- boot ${host.name}` });
}

async function freeze(host: Host, frozen: boolean): Promise<void> {
  await requireOn(host);
  await setFrozen(detectLayout(), host.machine, frozen);
}

async function plug(host: Host, state: 'up' | 'down'): Promise<void> {
  requireDisk(host);
  await markCut(host, state === 'down');
  if ((await findLeader(host, detectLayout())) !== undefined) await setLink(host.machine, state);
}
