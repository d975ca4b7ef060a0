import { parse, stringify } from 'yaml';
import type { Site, SiteHost } from '../../control-plane/src/core/site.ts';
import { stepsOf } from '../../control-plane/src/execute/run-site.ts';
import { type LiveSite, openRun } from './live-site.ts';
import { type Recording, simulatedAnswer } from './simulated-answer.ts';

/** The first octets of RFC 2544's network for benchmarks: no host of anybody's has such an address. */
export const simulatedNetwork = '198.18';
export const simulatedPort = 22_022;

/** Where the copies of the lab's own hosts lie, and whose recording the further hosts speak. */
const copies = `${simulatedNetwork}.0`;
const model = 'api1';

/** The first three octets of an address. */
export function networkOf(address: string): string {
  return address.split('.').slice(0, 3).join('.');
}

export type Wanted = { readonly from: string; readonly hosts: number; readonly knownHosts: string };

/** The lab's inventory moved to the simulated network, with further API hosts up to `hosts`. `from` = the lab's network. */
export function simulatedInventory(text: string, { from, hosts, knownHosts }: Wanted): string {
  const inventory = parse(text.replaceAll(`${from}.`, `${copies}.`));
  const further = Math.max(0, hosts - Object.keys(inventory.hosts).length);
  const added = Array.from({ length: further }, (_, i) => [`sim${i + 1}`, { address: addressOf(i), roles: ['api'] }] as const);
  inventory.ssh = { ...inventory.ssh, port: simulatedPort, knownHosts };
  inventory.hosts = { ...inventory.hosts, ...Object.fromEntries(added) };
  inventory.postgres.clientNetworks = [`${simulatedNetwork}.0.0/16`];
  return stringify(inventory);
}

/** 250 hosts in each /24, after the one of the copies. */
function addressOf(index: number): string {
  return `${simulatedNetwork}.${1 + Math.floor(index / 250)}.${1 + (index % 250)}`;
}

type Simulated = { readonly inventory: string; readonly from: string; readonly environment: Readonly<Record<string, string>> };

/** The answer of every host of a simulated inventory, by address, so that an apply of it finds nothing to do. */
export async function simulatedSite(lab: LiveSite, { inventory, from, environment }: Simulated): Promise<Readonly<Record<string, string>>> {
  const run = await openRun(inventory, environment);
  const network = { from, to: copies };
  const moved = JSON.parse(JSON.stringify(lab.state).replaceAll(`${from}.`, `${copies}.`)) as LiveSite['state'];
  const systems = Object.fromEntries(
    run.site.hosts.map(({ name }) => [name, moved.systems[name] ?? moved.systems[model]]),
  ) as typeof moved.systems;
  const answerOf = (host: SiteHost) => {
    const steps = stepsOf(run, host, { live: moved.live, systems });
    return simulatedAnswer(recordingOf(lab, host.name), { name: host.name, address: host.address, steps }, network);
  };
  return Object.fromEntries(run.site.hosts.map((host) => [host.address, answerOf(host)]));
}

function recordingOf({ run, recordings }: LiveSite, name: string): Recording {
  const recorded = hostNamed(run.site, recordings.has(name) ? name : model);
  const stdout = recordings.get(recorded.name);
  if (stdout === undefined) throw new Error(`nothing was recorded of ${recorded.name}`);
  return { stdout, name: recorded.name, address: recorded.address };
}

function hostNamed(site: Site, name: string): SiteHost {
  const found = site.hosts.find((host) => host.name === name);
  if (!found) throw new Error(`the lab has no host ${name}`);
  return found;
}
