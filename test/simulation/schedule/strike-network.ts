/** Faults of a host's links. */

import type { Host } from '../world/host-state.ts';
import { clients, linkBetween, type Place, store } from '../world/network.ts';
import type { Link, World } from '../world/state.ts';
import type { Fault } from './fault.ts';
import type { Heal } from './strike-host.ts';

export type LinkFault = Extract<Fault, { peer: unknown }>;

const slowByMs = 300;

const effects: { readonly [K in LinkFault['do']]: keyof Link } = { cut: 'cut', flap: 'flap', loss: 'loss', 'slow link': 'slow' };

export function strikeLinks(world: World, host: Host, fault: LinkFault): Heal {
  const links = waysOf(world, host, fault).map(([from, to]) => linkBetween(world.network, from, to));
  const effect = effects[fault.do];
  const amount = fault.do === 'slow link' ? (fault.byMs ?? slowByMs) : 1;
  for (const link of links) link[effect] += amount;
  return () => {
    for (const link of links) link[effect] -= amount;
  };
}

function waysOf(world: World, host: Host, { way, peer }: LinkFault): [Place, Place][] {
  const to = peersOf(world, host, peer).map((place): [Place, Place] => [host.name, place]);
  const from = to.map(([self, place]): [Place, Place] => [place, self]);
  return [...(way === 'from' ? [] : to), ...(way === 'to' ? [] : from)];
}

function peersOf(world: World, host: Host, peer: LinkFault['peer']): Place[] {
  const hosts = world.hosts.filter((other) => other !== host).map((other) => other.name);
  switch (peer) {
    case 'store':
      return [store];
    case 'clients':
      return [clients];
    case 'hosts':
      return hosts;
    case 'everything':
      return [...hosts, store, clients];
  }
}
