/** A world before anything happened in it: hosts with empty disks, a store without a record, a network that works. */
import { EventQueue } from '../engine/event-queue.ts';
import { Random } from '../engine/random.ts';
import { Trace } from '../engine/trace.ts';
import { makeHost } from './host-power.ts';
import { makeNetwork } from './network.ts';
import type { Noise, Observer, Setup, Store, Timings, World } from './state.ts';
import { emptyDirectory } from './wal.ts';

const presets: Readonly<Record<Setup['preset'], Timings>> = {
  fast: { ttlMs: 3_000, renewMs: 500, requestMs: 500, agentStopMs: 2_200, guardKillMs: 2_400, standbyGoneMs: 2_000 },
  balanced: { ttlMs: 5_000, renewMs: 1_000, requestMs: 1_000, agentStopMs: 3_700, guardKillMs: 4_000, standbyGoneMs: 3_000 },
  wide: { ttlMs: 15_000, renewMs: 3_000, requestMs: 3_000, agentStopMs: 11_000, guardKillMs: 12_000, standbyGoneMs: 10_000 },
};

export function timingsOf(preset: Setup['preset']): Timings {
  return presets[preset];
}

const nobody: Observer = {
  acknowledged: () => undefined,
  promoted: () => undefined,
  storeWritten: () => undefined,
  changed: () => undefined,
};

export function buildWorld(setup: Setup, isTraced: boolean): World {
  const disk = () => ({ data: emptyDirectory(), isFull: false, isReadOnly: false, isHung: false, agentState: null });
  const rateOf = (index: number) => setup.clockRates[index] ?? 1;
  return {
    ...{ nowMs: 0, nextServerId: 100, reigns: 0, pausedForMs: 0, lastFreshWriteMs: Number.NEGATIVE_INFINITY },
    ...{ setup, timings: timingsOf(setup.preset), queue: new EventQueue(), noise: noiseOf(setup.seed), trace: new Trace(isTraced) },
    hosts: Array.from({ length: setup.replicas + 1 }, (_, index) => makeHost(index, rateOf(index), disk())),
    network: makeNetwork(setup.preset),
    store: emptyStore(),
    observer: nobody,
    operation: () => undefined,
  };
}

function emptyStore(): Store {
  const store: Store = {
    ...{ value: null, revision: 1, clusterId: 'etcd-1', isRolledBack: false, status: 'ok', waiting: [], past: [], requests: [] },
    compare: ({ expectRevision, value }) => (expectRevision === store.revision ? value : null),
  };
  return store;
}

function noiseOf(seed: number): Noise {
  const stream = (part: number) => new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(part, 0x85ebca6b));
  return { network: stream(1), store: stream(2), postgres: stream(3), agent: stream(4), client: stream(5) };
}
