/**
 * Synchronous replication as PostgreSQL 15 does it: a commit waits only while the flag in shared memory says so, which
 * the checkpointer alone sets, and not while it is in a checkpoint; a walsender releases waiters by its own copy of the
 * list. So a list that is shown may not hold yet, and one that is gone may still hold.
 */

import type { CommitOutcome, Server, Walsender } from './host-state.ts';
import { onServer } from './scheduling.ts';
import type { World } from './state.ts';

/** Writes the list and reloads; each process takes it over in its own time. */
export function setSyncNames(world: World, server: Server, names: readonly string[]): void {
  server.host.disk.data.syncNames = names;
  const { postgres: noise } = world.noise;
  onServer(world, server, { delayMs: noise.between(1, 15), run: () => showNames(world, server) });
  for (const walsender of server.walsenders) {
    const delayMs = noise.chance(0.1) ? noise.between(100, 600) : noise.between(1, 40);
    onServer(world, server, { delayMs, run: () => adoptNames(world, server, walsender) });
  }
  onServer(world, server, { delayMs: noise.between(1, 20), run: () => adoptFlag(world, server) });
}

function showNames(world: World, server: Server): void {
  server.names = server.host.disk.data.syncNames;
  world.observer.changed();
}

/** It takes over what it kept from itself. */
export function releaseNames(world: World, walsender: Walsender): void {
  walsender.keepsNames = false;
  adoptNames(world, walsender.primary, walsender);
}

function adoptNames(world: World, server: Server, walsender: Walsender): void {
  if (walsender.keepsNames) return;
  walsender.names = server.host.disk.data.syncNames;
  world.observer.changed();
}

/** The checkpointer's turn: not before the checkpoint in hand is over. Clearing wakes everybody who waits. */
export function adoptFlag(world: World, server: Server): void {
  if (server.checkpoint !== null) return;
  const isDefined = server.host.disk.data.syncNames.length > 0;
  if (server.isSyncDefined === isDefined) return;
  server.isSyncDefined = isDefined;
  world.trace.tell(world.nowMs, () => `${server.host.name} commits ${isDefined ? 'wait for standbys' : 'no longer wait'}`);
  if (!isDefined) wake(server, server.host.disk.data.wal.length);
  world.observer.changed();
}

/** Called when the record at `position` is flushed here. */
export function awaitStandbys(server: Server, position: number, done: (outcome: CommitOutcome) => void): void {
  if (!server.isSyncDefined || position <= server.released) done('returned');
  else server.waiters.push({ position, done });
}

/** A walsender heard from its standby: it releases what every standby of its list has flushed. */
export function releaseBy(server: Server, walsender: Walsender): void {
  const released = releasable(server, walsender);
  if (released === null || released <= server.released) return;
  server.released = released;
  wake(server, released);
}

/** Up to where this walsender would release now, or null where it would not. */
function releasable(server: Server, walsender: Walsender): number | null {
  const chosen = chosenBy(server, walsender);
  return chosen.includes(walsender) ? Math.min(...chosen.map((other) => other.flushed)) : null;
}

/**
 * The standbys that count in this walsender's eyes: FIRST n, where n is of its own list but each candidate's priority is
 * what that one's walsender read in its list; nobody while there are fewer than n.
 */
function chosenBy(server: Server, { names }: Walsender): readonly Walsender[] {
  const candidates = server.walsenders.filter((other) => other.isOpen && isListed(other)).sort((a, b) => priorityOf(a) - priorityOf(b));
  return candidates.length < names.length ? [] : candidates.slice(0, names.length);
}

function isListed(walsender: Walsender): boolean {
  return walsender.names.includes(walsender.incarnation);
}

function priorityOf({ names, incarnation }: Walsender): number {
  return names.indexOf(incarnation);
}

function wake(server: Server, position: number): void {
  const woken = server.waiters.filter((waiter) => waiter.position <= position);
  if (woken.length === 0) return;
  server.waiters = server.waiters.filter((waiter) => waiter.position > position);
  for (const waiter of woken) waiter.done('returned');
}

/** A client gives up its wait: it is told success with a warning, and the row is visible. */
export function cancelWaiter(server: Server, index: number): void {
  const [waiter] = server.waiters.splice(index, 1);
  waiter?.done('cancelled');
}

/**
 * The incarnations without whose flush nothing is acknowledged here, as far as any process could release: null means
 * that nobody can release at all. A walsender that others push aside may release as soon as they are gone.
 */
export function enforcedNames(server: Server): readonly string[] | null {
  if (!server.isSyncDefined) return [];
  const releasing = server.walsenders.filter((walsender) => walsender.isOpen && isListed(walsender));
  if (releasing.length === 0) return null;
  const [first, ...rest] = releasing.map((walsender) => needsOf(server, walsender));
  return (first ?? []).filter((name) => rest.every((names) => names.includes(name)));
}

function needsOf(server: Server, walsender: Walsender): readonly string[] {
  const chosen = chosenBy(server, walsender);
  if (chosen.length === 0) return walsender.names;
  return chosen.includes(walsender) ? chosen.map(({ incarnation }) => incarnation) : [walsender.incarnation];
}
