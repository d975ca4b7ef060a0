/** Lets faults strike when they are due, and heals them. */

import type { Host } from '../world/host-state.ts';
import { later } from '../world/scheduling.ts';
import type { OperationPoint } from '../world/state.ts';
import { aim } from './aim.ts';
import type { Fault, When } from './fault.ts';
import type { Simulation } from './simulation.ts';
import { type Heal, hostStrikes } from './strike-host.ts';
import { type LinkFault, strikeLinks } from './strike-network.ts';
import { type SiteFault, strikeSite } from './strike-site.ts';

type OperationTime = Extract<When, { operation: string }>;

export function inject(simulation: Simulation, faults: readonly Fault[]): void {
  const { world } = simulation;
  const waiting = faults.flatMap((fault) => ('operation' in fault.when ? [{ fault, when: fault.when, count: 0 }] : []));
  for (const fault of faults) {
    if ('atMs' in fault.when) world.queue.add(fault.when.atMs, () => strike(simulation, fault, null));
  }
  if (waiting.length === 0) return;
  const { operation: noted } = world;
  world.operation = (actor, kind, point) => {
    noted(actor, kind, point);
    for (const entry of waiting) notice(simulation, entry, { actor, kind, point });
  };
}

type Waiting = { readonly fault: Fault; readonly when: OperationTime; count: number };

function notice(simulation: Simulation, entry: Waiting, seen: { actor: Host; kind: string; point: OperationPoint }): void {
  const { operation, point, nth, afterMs, plusMs } = entry.when;
  const { world } = simulation;
  if (seen.point !== point || seen.kind !== operation || world.nowMs < afterMs || ++entry.count !== nth) return;
  if (plusMs === 0) strike(simulation, entry.fault, seen.actor);
  else later(world, plusMs, () => strike(simulation, entry.fault, seen.actor));
}

function strike(simulation: Simulation, fault: Fault, actor: Host | null): void {
  const { world } = simulation;
  if (simulation.isOver) return;
  const hosts = 'target' in fault && !fault.do.startsWith('ask') && fault.target !== null ? aim(world, fault.target, actor) : [];
  world.trace.tell(world.nowMs, () => `FAULT ${fault.do} ${hosts.map((host) => host.name).join(' ')}`);
  const heals = isOfSite(fault) ? [strikeSite(simulation, fault)] : hosts.map((host) => strikeHost(simulation, host, fault));
  for (const heal of heals) healLater(simulation, heal, 'forMs' in fault ? fault.forMs : Number.POSITIVE_INFINITY);
}

function isOfSite(fault: Fault): fault is SiteFault {
  return fault.do.includes('store') || fault.do.startsWith('ask') || fault.do === 'change preset';
}

function strikeHost({ world }: Simulation, host: Host, fault: Exclude<Fault, SiteFault>): Heal {
  if ('peer' in fault) return strikeLinks(world, host, fault as LinkFault);
  const strikeOf = hostStrikes[fault.do] as (...args: [typeof world, Host, typeof fault]) => Heal;
  return strikeOf(world, host, fault);
}

function healLater(simulation: Simulation, heal: Heal, forMs: number): void {
  if (heal === undefined) return;
  const once = () => {
    if (simulation.heals.delete(once)) heal();
  };
  simulation.heals.add(once);
  if (Number.isFinite(forMs)) later(simulation.world, forMs, once);
}

/** The end of all faults: what is broken is mended at once, and nothing strikes any more. */
export function healAll(simulation: Simulation): void {
  simulation.isOver = true;
  simulation.world.trace.tell(simulation.world.nowMs, () => 'ALL FAULTS HEALED');
  for (const heal of [...simulation.heals]) heal();
}
