/** What really lies in the store, whatever anybody believes. */
import { eligibleServers, type Server as Named, type StateRecord } from '../../../agent/src/core/failover/record.ts';
import { readingOf } from '../agent/store-operations.ts';
import type { Host } from '../world/host-state.ts';
import type { World } from '../world/state.ts';

export function recordIn(value: unknown): StateRecord | null {
  const reading = readingOf(value);
  return reading.kind === 'record' ? reading.record : null;
}

/**
 * The hosts whose data are the named servers'; one that was replaced or copied anew is no longer that server, and of
 * one that somebody put an older copy under nothing is promised until it is promoted. Nor is anything of a record that
 * was brought back from a backup.
 */
export function eligibleHosts(world: World, record: StateRecord): readonly Host[] {
  if (world.store.isRolledBack) return [];
  return eligibleServers(record).flatMap((server) => hostOf(world, server) ?? []);
}

function hostOf(world: World, { host: name, incarnation }: Named): Host | null {
  return world.hosts.find((host) => host.name === name && host.disk.data.incarnation === incarnation && !host.disk.data.isTampered) ?? null;
}
