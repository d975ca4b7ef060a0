/** Bringing a directory in line with another server: initdb, base backup, rewind. */

import type { Host } from './host-state.ts';
import { isCut } from './network.ts';
import { onHost } from './scheduling.ts';
import type { World } from './state.ts';
import { commonPrefix, copyDirectory, type DataDirectory, emptyDirectory, timelineOf } from './wal.ts';

export type Copying = { readonly from: Host; readonly isStillWanted: () => boolean; readonly done: (failure: string | null) => void };

/** A new database. Its first record stands for everything initdb wrote. */
export function initialize(world: World, host: Host): void {
  const data = emptyDirectory();
  host.disk.data = {
    ...data,
    state: 'whole',
    systemId: `7${world.noise.postgres.name()}`,
    incarnation: world.noise.postgres.name(),
    wal: [{ kind: 'start', timeline: 1, atMs: world.nowMs, hostIndex: host.index }],
  };
}

/** pg_basebackup into a fresh directory: half-made until it is done. */
export function rebuild(world: World, host: Host, copying: Copying): void {
  const incarnation = world.noise.postgres.name();
  host.disk.data = { ...emptyDirectory(), state: 'half-made', incarnation };
  finishCopy(world, host, { ...copying, incarnation, durationMs: world.noise.postgres.between(500, 2_500) });
}

/**
 * pg_rewind: by the numbers in two control files it may say that nothing is to do. The agent gives a new incarnation
 * either way.
 */
export function rewind(world: World, host: Host, copying: Copying): void {
  const { data } = host.disk;
  const incarnation = world.noise.postgres.name();
  const source = copying.from.disk.data;
  if (sourceFailure(world, host, copying.from) !== null || data.state !== 'whole') {
    fail(world, host, copying);
    return;
  }
  if (source.checkpointTimeline === timelineOf(data) || isPrefix(data, source)) {
    data.isFalselyRewound = !isPrefix(data, source);
    data.incarnation = incarnation;
    onHost(world, host, { delayMs: 50, run: () => copying.done(null) });
    return;
  }
  host.disk.data = { ...data, state: 'half-made', wal: data.wal.slice(0, commonPrefix(data, source)), incarnation };
  finishCopy(world, host, { ...copying, incarnation, durationMs: world.noise.postgres.between(100, 1_000) });
}

function isPrefix(data: DataDirectory, source: DataDirectory): boolean {
  return commonPrefix(data, source) === data.wal.length;
}

function finishCopy(world: World, host: Host, copy: Copying & { incarnation: string; durationMs: number }): void {
  const begun = host.disk.data;
  onHost(world, host, {
    delayMs: copy.durationMs,
    run: () => {
      if (!copy.isStillWanted()) return;
      const failure = host.disk.data === begun ? sourceFailure(world, host, copy.from) : 'its directory is gone';
      if (failure === null) host.disk.data = copyDirectory(copy.from.disk.data, copy.incarnation);
      copy.done(failure);
    },
  });
}

function fail(world: World, host: Host, copying: Copying): void {
  onHost(world, host, { delayMs: 50, run: () => copying.done('source not to be had') });
}

function sourceFailure(world: World, host: Host, from: Host): string | null {
  const { postgres } = from;
  const isReachable = from.isOn && from.pause === null && !isCut(world, host.name, from.name) && !isCut(world, from.name, host.name);
  if (!isReachable || postgres === null || postgres.isFrozen || postgres.phase !== 'running') return 'source not to be had';
  return host.disk.isFull || host.disk.isReadOnly || host.disk.isHung ? 'disk' : null;
}
