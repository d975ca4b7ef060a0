/** How a PostgreSQL server ends, and who learns of it when. */

import type { Server, Walsender } from './host-state.ts';
import { isCut } from './network.ts';
import { later, onHost } from './scheduling.ts';
import type { World } from './state.ts';

export type EndCause = 'killed' | 'immediate stop' | 'fast stop' | 'panic' | 'power off' | 'fenced';

/** Every process of the server ends now. Its peers' sockets are reset where the host still answers. */
export function endServer(world: World, server: Server, cause: EndCause): void {
  if (!server.isAlive) return;
  world.trace.tell(world.nowMs, () => `${server.host.name} PostgreSQL ends: ${cause}`);
  dropSessions(world, server, cause);
  server.isAlive = false;
  server.hasPostmaster = false;
  if (server.host.postgres === server) server.host.postgres = null;
  if (cause !== 'power off') noticeEnd(world, server);
  for (const tell of server.whenEnded) tell();
  world.observer.changed();
}

/**
 * The postmaster alone is killed: its walsenders and idle backends end within milliseconds, but a backend in the midst
 * of a statement stays until that is done, and until then no server can start in its place.
 */
export function killPostmaster(world: World, server: Server): void {
  if (!server.hasPostmaster) return;
  world.trace.tell(world.nowMs, () => `${server.host.name} postmaster killed`);
  server.hasPostmaster = false;
  dropSessions(world, server, 'killed');
  noticeEnd(world, server);
  const delayMs = world.noise.postgres.chance(0.2) ? world.noise.postgres.between(200, 3_000) : world.noise.postgres.between(1, 20);
  onHost(world, server.host, { delayMs, run: () => endServer(world, server, 'killed') });
  world.observer.changed();
}

function dropSessions(world: World, server: Server, cause: EndCause): void {
  for (const walsender of [...server.walsenders])
    closeConnection(world, walsender, { closedBy: 'primary', isSilent: cause === 'power off' });
  if (server.receiver?.walsender)
    closeConnection(world, server.receiver.walsender, { closedBy: 'standby', isSilent: cause === 'power off' });
  server.receiver = null;
  for (const waiter of server.waiters.splice(0)) waiter.done('gone');
}

/** The agent's held session gets EOF; a frozen one learns of it when it goes on. */
function noticeEnd(world: World, server: Server): void {
  onHost(world, server.host, { delayMs: world.noise.postgres.between(5, 12), run: () => server.host.agent.notice() });
}

export type Closing = { readonly closedBy: 'primary' | 'standby'; readonly isSilent: boolean };

/**
 * A replication connection ends for the side that closes it at once, for the other when the reset arrives: not at all
 * across a cut or from a host without power, where only its own timeout tells it.
 */
export function closeConnection(world: World, walsender: Walsender, { closedBy, isSilent }: Closing): void {
  if (closedBy === 'primary') forgetWalsender(world, walsender);
  else forgetReceiver(walsender);
  const { primary, standby } = walsender;
  const [from, to] = closedBy === 'primary' ? [primary, standby] : [standby, primary];
  if (isSilent || isCut(world, from.host.name, to.host.name)) return;
  later(world, world.noise.network.between(1, 9), () => {
    if (closedBy === 'primary') forgetReceiver(walsender);
    else forgetWalsender(world, walsender);
  });
}

function forgetWalsender(world: World, walsender: Walsender): void {
  walsender.isOpen = false;
  walsender.primary.walsenders = walsender.primary.walsenders.filter((other) => other !== walsender);
  world.observer.changed();
}

function forgetReceiver(walsender: Walsender): void {
  const { receiver } = walsender.standby;
  if (receiver?.walsender !== walsender) return;
  receiver.walsender = null;
  receiver.status = 'connecting';
}
