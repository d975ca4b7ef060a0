/** After everything is healed the cluster has to serve soon, and to be protected again a little later. */
import type { Simulation } from '../schedule/simulation.ts';
import type { World } from '../world/state.ts';
import { eligibleHosts, recordIn } from './record-in-store.ts';
import { Violation } from './violation.ts';

/** Beyond what a take-over may have to wait for. */
const writableWithinMs = 5_000;

/** The slowest clock that a candidate may count its ttl by. */
const slowestClock = 0.9;
const protectedWithinMs = 300_000;

export type Recovery = {
  writableAfterMs: number | null;
  protectedAfterMs: number | null;
  isDone: boolean;
  /** Called after each event; throws when it took too long. */
  look(): void;
};

export function recoveryOf(simulation: Simulation): Recovery {
  const { world } = simulation;
  let healedAtMs: number | null = null;
  let lookAtMs = 0;
  const recovery: Recovery = {
    writableAfterMs: null,
    protectedAfterMs: null,
    isDone: false,
    look: () => {
      if (!simulation.isOver || world.nowMs < lookAtMs) return;
      lookAtMs = world.nowMs + 100;
      healedAtMs ??= world.nowMs;
      judge(world, recovery, healedAtMs);
    },
  };
  return recovery;
}

function judge(world: World, recovery: Recovery, healedAtMs: number): void {
  const sinceMs = world.nowMs - healedAtMs;
  if (world.lastFreshWriteMs > healedAtMs) recovery.writableAfterMs ??= world.lastFreshWriteMs - healedAtMs;
  if (isProtected(world)) recovery.protectedAfterMs ??= sinceMs;
  recovery.isDone = !isRecoverable(world) || (recovery.writableAfterMs !== null && recovery.protectedAfterMs !== null);
  if (!recovery.isDone) requireInTime(world, recovery, sinceMs);
}

function requireInTime(world: World, { writableAfterMs, protectedAfterMs }: Recovery, sinceMs: number): void {
  const patienceMs = takeOverMs(world) + writableWithinMs + world.pausedForMs;
  if (writableAfterMs === null && sinceMs > patienceMs) throw late(world, 'writable after healing');
  if (protectedAfterMs === null && sinceMs > protectedWithinMs) throw late(world, 'protected after healing');
}

/** In protection the new primary serves once it has a member, which its peers' answers and the next renewals tell it. */
function takeOverMs({ timings, setup }: World): number {
  return timings.ttlMs / slowestClock + (setup.mode === 'protection' ? 3 * timings.renewMs : 0);
}

/** Some server that may be promoted has its data; in protection all of them, because each has to acknowledge. */
function isRecoverable(world: World): boolean {
  const record = recordIn(world.store.value);
  if (record === null || record.systemId === null) return true;
  const alive = eligibleHosts(world, record).length;
  return world.setup.mode === 'availability' ? alive > 0 : alive === 1 + record.members.length;
}

/** A primary in force and as many members as are wanted, connected. */
function isProtected(world: World): boolean {
  const record = recordIn(world.store.value);
  const wanted = Math.min(world.setup.wantedMembers, world.setup.replicas);
  if (record === null || record.members.length < wanted || record.phase !== 'held') return false;
  const [primary, ...members] = eligibleHosts(world, record);
  if (primary?.postgres?.mode !== 'primary') return false;
  const connected = primary.postgres.walsenders.filter((walsender) => walsender.isOpen).map((walsender) => walsender.standby.host);
  return members.every((member) => connected.includes(member));
}

function late(world: World, rule: 'writable after healing' | 'protected after healing'): Violation {
  const record = recordIn(world.store.value);
  const states = world.hosts.map(({ name, postgres, disk }) => `${name}: ${postgres?.mode ?? 'no server'}, ${disk.data.state}`);
  return new Violation(
    rule,
    world.nowMs,
    `holder ${record?.holder?.host} (${record?.phase}, epoch ${record?.epoch}), ${states.join('; ')}`,
  );
}
