/** Ordered ends of a server. */
import { insert } from './commit.ts';
import type { Host, Server } from './host-state.ts';
import { onHost, onServer } from './scheduling.ts';
import { endServer } from './server-end.ts';
import type { World } from './state.ts';

/**
 * A fast stop: sessions end, a shutdown record is written, and walsenders stay until their standbys have all of it, so
 * a frozen standby keeps the server from ending. `whenGone` runs once no process is left.
 */
export function stopFast(world: World, server: Server, ask: { deadlineMs: number; whenGone: () => void }): void {
  server.phase = 'stopping';
  server.whenEnded.push(ask.whenGone);
  for (const waiter of server.waiters.splice(0)) waiter.done('gone');
  onServer(world, server, { delayMs: world.noise.postgres.between(20, 80), run: () => writeShutdown(world, server) });
  onHost(world, server.host, { delayMs: ask.deadlineMs, run: () => endServer(world, server, 'immediate stop') });
}

function writeShutdown(world: World, server: Server): void {
  if (server.mode === 'primary' && !server.host.disk.isFull) insert(world, server, { kind: 'shutdown' });
  awaitWalsenders(world, server);
}

function awaitWalsenders(world: World, server: Server): void {
  const { length } = server.host.disk.data.wal;
  if (server.mode === 'primary' && server.walsenders.some((walsender) => walsender.flushed < length)) {
    onServer(world, server, { delayMs: 10, run: () => awaitWalsenders(world, server) });
    return;
  }
  endServer(world, server, 'fast stop');
}

/** SIGQUIT, then SIGKILL to what is left: frozen processes go too. */
export function stopImmediate(world: World, server: Server, whenGone: () => void): void {
  server.whenEnded.push(whenGone);
  const run = () => endServer(world, server, 'immediate stop');
  onHost(world, server.host, { delayMs: world.noise.postgres.between(14, 30), run });
}

/** cgroup.kill: every process of the unit that there is now, whatever state it is in. */
export function killUnit(world: World, host: Host): void {
  const { postgres } = host;
  if (postgres === null) return;
  onHost(world, host, { delayMs: world.noise.postgres.between(4, 9), run: () => endServer(world, postgres, 'fenced') });
}
