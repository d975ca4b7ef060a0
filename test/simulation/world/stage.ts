/** A world without agents for tests of the model: hosts that are on, and servers put in place by hand. */
import { runUntil } from './advance.ts';
import { buildWorld } from './build-world.ts';
import { initialize } from './copying.ts';
import type { Host, Server } from './host-state.ts';
import { promote } from './promotion.ts';
import { startServer } from './server-start.ts';
import type { World } from './state.ts';
import { setSyncNames } from './sync-rep.ts';
import { copyDirectory } from './wal.ts';

export function makeStage(hosts: number, seed = 1): World {
  const world = buildWorld(
    { seed, replicas: hosts - 1, preset: 'balanced', mode: 'availability', wantedMembers: 1, clockRates: [] },
    false,
  );
  for (const host of world.hosts) {
    host.isOn = true;
    host.guard.isAlive = true;
  }
  return world;
}

export function hostAt(world: World, index: number): Host {
  const host = world.hosts[index];
  if (host === undefined) throw new Error(`no host ${index}`);
  return host;
}

/** Starts the host's data as a standby and waits until it runs. */
export function raiseStandby(world: World, host: Host, upstream: Host | null): Server {
  startServer(world, host, { upstream, settled: () => undefined });
  runUntil(world, () => host.postgres?.phase === 'running');
  return serverOn(host);
}

export function serverOn(host: Host): Server {
  if (host.postgres === null) throw new Error(`no server on ${host.name}`);
  return host.postgres;
}

/** A primary on the first host whose commits wait for nobody. */
export function raisePrimary(world: World): Server {
  const host = hostAt(world, 0);
  initialize(world, host);
  const server = raiseStandby(world, host, null);
  promoteNow(world, server, 'first');
  server.host.disk.data.slots = world.hosts.map((other) => other.name);
  setNamesAndWait(world, server, []);
  return server;
}

export function promoteNow(world: World, server: Server, promotionId: string): void {
  promote(world, server, { promotionId, epoch: server.id, isForced: false });
  runUntil(world, () => server.mode === 'primary' && server.host.disk.data.lineage.at(-1)?.promotionId === promotionId);
}

/** A standby of the first host's primary with a copy of its data. */
export function raiseCopy(world: World, index: number): Server {
  const [primary, host] = [hostAt(world, 0), hostAt(world, index)];
  host.disk.data = copyDirectory(primary.disk.data, `copy-${index}`);
  const server = raiseStandby(world, host, primary);
  runUntil(world, () => server.receiver?.status === 'streaming');
  return server;
}

/** Sets the list and waits until every process has it. */
export function setNamesAndWait(world: World, server: Server, names: readonly string[]): void {
  setSyncNames(world, server, names);
  runUntil(
    world,
    () =>
      server.names === names &&
      server.isSyncDefined === names.length > 0 &&
      server.walsenders.every((walsender) => walsender.names === names),
  );
}
