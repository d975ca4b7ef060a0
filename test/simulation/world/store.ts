/**
 * The store: one key with revisions, read and changed by compare-and-swap, linearizable. Its three members are not
 * modelled one by one: what they can do to a client is (no leader for a while, no writes, late, lost and doubled
 * requests and replies, an older state brought back).
 */

import type { Host, StoreAnswer } from './host-state.ts';
import { delayOf, isLost, send, store as storePlace } from './network.ts';
import { onAgent } from './scheduling.ts';
import type { World } from './state.ts';

export type StoreRequest = { readonly kind: 'read' } | { readonly kind: 'swap'; readonly expectRevision: number; readonly value: unknown };

/** Sends a request; `answered` runs in the agent's process for every reply that arrives, late or doubled as it may be. */
export function askStore(world: World, host: Host, ask: { request: StoreRequest; answered: (answer: StoreAnswer) => void }): void {
  const { agent } = host;
  const reply = (answer: StoreAnswer) =>
    send(world, { from: storePlace, to: host.name }, () => {
      if (host.agent === agent) onAgent(world, host, { delayMs: 0, run: () => ask.answered(answer) });
    });
  send(world, { from: host.name, to: storePlace }, () => receive(world, () => reply(apply(world, ask.request))));
}

function receive(world: World, serve: () => void): void {
  const { store } = world;
  if (store.status !== 'no-leader') {
    serve();
    return;
  }
  // Without a leader a member holds the request, or loses it with the old leader.
  if (world.noise.store.chance(0.5)) store.waiting.push(serve);
}

function apply(world: World, request: StoreRequest): StoreAnswer {
  const { store } = world;
  if (request.kind === 'read') return answer(world, 'value');
  if (store.status === 'read-only') return answer(world, 'refused');
  const value = store.compare(request);
  if (value === null) return answer(world, 'compared unequal');
  write(world, value);
  return answer(world, 'swapped');
}

/** Takes an operator's request away, if the store is reached and takes writes. */
export function withdraw(world: World, host: Host, id: string): void {
  send(world, { from: host.name, to: storePlace }, () =>
    receive(world, () => {
      if (world.store.status === 'read-only') return;
      world.store.requests = world.store.requests.filter((request) => (request as { id: string }).id !== id);
      announce(world);
    }),
  );
}

/** Puts a value into the store and tells the observer. */
export function write(world: World, value: unknown): void {
  const { store } = world;
  const before = store.value;
  store.past.push({ revision: store.revision, value: before });
  store.value = value;
  store.revision++;
  world.observer.storeWritten(before);
  announce(world);
}

function answer(world: World, kind: StoreAnswer['kind']): StoreAnswer {
  const { value, revision, clusterId, requests } = world.store;
  return { kind, revision, value, clusterId, requests };
}

/** A watch tells the new value; it may miss one, and a cut makes it silent. */
function announce(world: World): void {
  const told = answer(world, 'value');
  for (const host of world.hosts) {
    const way = { from: storePlace, to: host.name };
    if (world.noise.store.chance(0.02) || isLost(world, way)) continue;
    onAgent(world, host, { delayMs: delayOf(world, way), run: () => host.agent.hear(told) });
  }
}

export function setStoreStatus(world: World, status: World['store']['status']): void {
  const { store } = world;
  store.status = status;
  if (status !== 'no-leader') for (const serve of store.waiting.splice(0)) serve();
}

/** An older state comes back, as from a backup or a member that lost the tail. */
export function rollBack(world: World, revisions: number): void {
  const { store } = world;
  const older = store.past[store.past.length - revisions];
  if (older === undefined) return;
  store.isRolledBack = true;
  store.past.length -= revisions;
  store.value = older.value;
  store.revision = older.revision;
}
