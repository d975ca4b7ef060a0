/** Starting a server: always in recovery, with the placeholder and its gate shut. */
import { scheduleCheckpoints } from './checkpoint.ts';
import type { Host, Server } from './host-state.ts';
import { follow } from './replication.ts';
import { onHost, onServer } from './scheduling.ts';
import type { World } from './state.ts';
import { placeholder } from './wal.ts';

export type StartFailure = 'no data' | 'already running' | 'disk' | 'ended';

/** Starts; `settled` is told when the server takes connections, or why there will be none. */
export function startServer(
  world: World,
  host: Host,
  start: { upstream: Host | null; settled: (failure: StartFailure | null) => void },
): void {
  const failure = whyNot(host);
  if (failure !== null) {
    onHost(world, host, { delayMs: 20, run: () => start.settled(failure) });
    return;
  }
  host.disk.data.syncNames = placeholder;
  const server = makeServer(world, host);
  server.whenEnded.push(() => start.settled('ended'));
  host.postgres = server;
  world.trace.tell(world.nowMs, () => `${host.name} PostgreSQL starts as a standby of ${start.upstream?.name ?? 'nobody'}`);
  const run = () => {
    server.phase = 'running';
    scheduleCheckpoints(world, server);
    follow(world, server, start.upstream);
    start.settled(null);
  };
  onServer(world, server, { delayMs: world.noise.postgres.between(60, 500), run });
}

function whyNot(host: Host): StartFailure | null {
  if (host.postgres !== null) return 'already running';
  if (host.disk.data.state === 'empty') return 'no data';
  return host.disk.isFull || host.disk.isReadOnly || host.disk.isHung ? 'disk' : null;
}

function makeServer(world: World, host: Host): Server {
  const processes = {
    whenEnded: [],
    isAlive: true,
    hasPostmaster: true,
    isFrozen: false,
    backlog: [],
    walsenders: [],
    waiters: [],
    receiver: null,
  };
  const recovery = {
    mode: 'recovery',
    reign: 0,
    isManual: false,
    replayed: host.disk.data.wal.length,
    isReplayPaused: false,
    isPromoting: false,
  } as const;
  const sync = { names: placeholder, hasKeptPlaceholder: true, isSyncDefined: true, released: 0 };
  const rest = { phase: 'starting', isFlushStuck: false, checkpoint: null, isGateOpen: false } as const;
  return { id: world.nextServerId++, host, startedAtMs: world.nowMs, ...processes, ...recovery, ...sync, ...rest };
}
