/** Who may write, by what right, and what must wait. */
import type { StateRecord } from '../../../agent/src/core/failover/record.ts';
import type { Host, Server } from '../world/host-state.ts';
import type { World } from '../world/state.ts';
import { enforcedNames } from '../world/sync-rep.ts';
import { recordIn } from './record-in-store.ts';
import { Violation } from './violation.ts';

/** Of two servers out of recovery one is fenced, or its host's clocks prove nothing now. */
export function checkHolders(world: World): void {
  const writers = world.hosts.filter((host) => canAccept(host) && !isExcused(world, host));
  if (writers.length < 2) return;
  throw new Violation('one holder un-fenced', world.nowMs, `${writers.map((host) => host.name).join(' and ')} are both out of recovery`);
}

function canAccept({ isOn, pause, postgres }: Host): boolean {
  return isOn && pause === null && postgres !== null && !postgres.isFrozen && postgres.mode === 'primary' && !postgres.isManual;
}

/** The fence is the guard's, or in time the agent's own: only where both stood still is nothing promised. */
export function isExcused(world: World, host: Host): boolean {
  const isRecent = (atMs: number) => world.nowMs - atMs < world.timings.ttlMs + 2_500;
  return world.nowMs < host.excusedUntilMs || (isRecent(host.guardDownAtMs) && isRecent(host.agentDownAtMs));
}

/** Every published member is one without whose flush the primary acknowledges nothing. */
export function checkEnforced(world: World): void {
  const record = recordIn(world.store.value);
  if (record === null || record.members.length === 0 || world.store.isRolledBack) return;
  const server = publishedServer(world, record);
  const enforced = server === null ? null : enforcedNames(server);
  if (enforced === null) return;
  const missing = record.members.filter((member) => !enforced.includes(member.incarnation));
  if (missing.length === 0) return;
  throw new Violation(
    'published is enforced',
    world.nowMs,
    `${record.primary.host} acknowledges without ${missing.map((member) => member.host).join(', ')}`,
  );
}

function publishedServer(world: World, { primary }: StateRecord): Server | null {
  const host = world.hosts.find(({ name, disk }) => name === primary.host && disk.data.incarnation === primary.incarnation);
  return host?.postgres?.mode === 'primary' ? host.postgres : null;
}

/** At the moment a server leaves recovery: its host holds the lease, and its fence is armed. */
export function checkPromotion(world: World, server: Server): void {
  const { host } = server;
  if (server.isManual || isExcused(world, host)) return;
  const record = recordIn(world.store.value);
  const holds = record?.holder?.host === host.name && record.phase === 'held';
  const isFenced = host.guard.armed !== null || !host.guard.isAlive || host.guard.isFrozen;
  if (holds && isFenced) return;
  const why = holds ? 'no fence armed' : `the holder is ${record?.holder?.host ?? 'nobody'}`;
  throw new Violation('promotion by lease', world.nowMs, `${host.name} leaves recovery: ${why}`);
}

/** Epochs never go back, and a new holder makes a new one. */
export function checkEpoch(world: World, before: unknown): void {
  const [old, now] = [recordIn(before), recordIn(world.store.value)];
  if (old === null || now === null) return;
  const isNewHolder = now.phase === 'held' && now.holder?.host !== old.holder?.host;
  if (now.epoch >= old.epoch + (isNewHolder ? 1 : 0)) return;
  throw new Violation('epochs grow', world.nowMs, `epoch ${old.epoch} of ${old.holder?.host} → ${now.epoch} of ${now.holder?.host}`);
}
