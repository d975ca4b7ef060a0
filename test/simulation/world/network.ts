/** Messages between hosts, clients and the store. A cut is silent; what is sent may be late, lost or doubled. */
import { later } from './scheduling.ts';
import type { Link, Network, World } from './state.ts';

/** `client` and `store` are places like the hosts. */
export type Place = string;

export const store: Place = 'store';
export const clients: Place = 'clients';

const perfect: Link = { cut: 0, flap: 0, loss: 0, slow: 0 };
const flapPeriodMs = 1_000;
const lossRate = 0.3;

export function makeNetwork(preset: 'fast' | 'balanced' | 'wide'): Network {
  return { links: new Map(), delayMs: preset === 'wide' ? [10, 40] : [0.1, 1.5], storeTrouble: null };
}

/** The link from one place to another, made on first use so that it can be changed. */
export function linkBetween(network: Network, from: Place, to: Place): Link {
  const name = `${from}>${to}`;
  const found = network.links.get(name);
  if (found !== undefined) return found;
  const made = { ...perfect };
  network.links.set(name, made);
  return made;
}

export function isCut(world: World, from: Place, to: Place): boolean {
  const link = world.network.links.get(`${from}>${to}`);
  if (link === undefined) return false;
  return link.cut > 0 || (link.flap > 0 && Math.floor(world.nowMs / flapPeriodMs) % 2 === 1);
}

/** A datagram, or a request on a connection that is given up when it gets no answer: lost where the link is cut. */
export function send(world: World, way: { from: Place; to: Place }, deliver: () => void): void {
  if (isLost(world, way)) return;
  later(world, delayOf(world, way), deliver);
  const trouble = storeTroubleOn(world, way);
  if (trouble !== null && world.noise.store.chance(trouble.twiceRate)) later(world, world.noise.store.between(0, trouble.lateMs), deliver);
}

export function isLost(world: World, { from, to }: { from: Place; to: Place }): boolean {
  const link = world.network.links.get(`${from}>${to}`);
  return link !== undefined && (isCut(world, from, to) || (link.loss > 0 && world.noise.network.chance(lossRate)));
}

/** How long a message takes now. */
export function delayOf(world: World, way: { from: Place; to: Place }): number {
  const [low, high] = world.network.delayMs;
  const slowMs = world.network.links.get(`${way.from}>${way.to}`)?.slow ?? 0;
  const trouble = storeTroubleOn(world, way);
  const late = trouble !== null && world.noise.store.chance(trouble.lateRate) ? world.noise.store.between(0, trouble.lateMs) : 0;
  return world.noise.network.between(low, high) + slowMs + late;
}

function storeTroubleOn(world: World, { from, to }: { from: Place; to: Place }) {
  return from === store || to === store ? world.network.storeTrouble : null;
}
