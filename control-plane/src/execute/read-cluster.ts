import { NvError } from '../core/errors.ts';
import { argv, either } from '../core/remote-command.ts';
import type { Site } from '../core/site.ts';
import { buildStatus } from '../core/status/build-status.ts';
import type { HostReading, HostReadings } from '../core/status/host-reading.ts';
import { parseStatusOutput, readStatusCommand } from '../core/status/read-status.ts';
import type { Status } from '../core/status/status.ts';
import type { Clock } from '../ports/clock.ts';
import type { RemoteHosts } from '../ports/remote-host.ts';

const readTimeoutMs = 5000;

type Reader = { readonly remotes: RemoteHosts; readonly clock: Clock };

/** The cluster as its agents see it now, read over SSH from every host at once. A host that does not answer is part of the status. */
export async function readCluster(site: Site, reader: Reader): Promise<Status> {
  const names = site.hosts.map(({ name }) => name);
  return buildStatus(site, await readHosts(names, reader));
}

/** The agents' last reports of the named hosts, or why there is none. */
export async function readHosts(names: readonly string[], reader: Reader): Promise<HostReadings> {
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readHost(name, reader)] as const)));
}

/** Whether any of the hosts carries a NetVis marker. Rejects with NV_SSH_… when one cannot be asked: then nobody knows. */
export async function isAnyManaged(names: readonly string[], { remotes }: Reader): Promise<boolean> {
  const asked = either(argv('test', '-e', '/etc/netvis/cluster.json'), argv('echo', 'blank'));
  const outputs = await Promise.all(names.map((name) => remotes.get(name).run(asked, { timeoutMs: readTimeoutMs })));
  return outputs.some(({ stdout }) => stdout.trim() !== 'blank');
}

async function readHost(name: string, { remotes, clock }: Reader): Promise<HostReading> {
  try {
    const output = await remotes.get(name).run(readStatusCommand(), { timeoutMs: readTimeoutMs });
    return parseStatusOutput(output, Date.parse(clock.nowIso()));
  } catch (error) {
    if (error instanceof NvError) return { unreachable: error.message };
    throw error;
  }
}
