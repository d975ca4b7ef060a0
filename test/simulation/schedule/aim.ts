/** Whom a fault hits: roles as they are at the moment it strikes. */
import { recordIn } from '../invariants/record-in-store.ts';
import type { Host } from '../world/host-state.ts';
import type { World } from '../world/state.ts';
import type { Target } from './fault.ts';

export function aim(world: World, target: Target, actor: Host | null): readonly Host[] {
  const primary = primaryHost(world);
  const members = memberHosts(world);
  const others = world.hosts.filter((host) => host !== primary);
  switch (target) {
    case 'all':
      return world.hosts;
    case 'actor':
      return actor === null ? [] : [actor];
    case 'primary':
      return primary === null ? [] : [primary];
    case 'member':
      return members.slice(0, 1);
    case 'standby':
      return [...others.filter((host) => !members.includes(host)), ...others].slice(0, 1);
    default:
      return world.hosts.filter((host) => host.name === target);
  }
}

/** The server out of recovery with the latest reign, else the holder, else whom the record names. */
function primaryHost(world: World): Host | null {
  const writers = world.hosts.filter((host) => host.postgres?.mode === 'primary');
  const latest = writers.sort((a, b) => (b.postgres?.reign ?? 0) - (a.postgres?.reign ?? 0))[0];
  const record = recordIn(world.store.value);
  const name = record?.holder?.host ?? record?.primary.host;
  return latest ?? world.hosts.find((host) => host.name === name) ?? null;
}

function memberHosts(world: World): Host[] {
  const names = recordIn(world.store.value)?.members.map((member) => member.host) ?? [];
  return world.hosts.filter((host) => names.includes(host.name));
}
