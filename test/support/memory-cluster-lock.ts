import { NvError } from '../../control-plane/src/core/errors.ts';
import { type LockClaim, locked, lockTtlMs } from '../../control-plane/src/core/run-lock/claim.ts';
import { decideTake, isHeld, isLost, type LockAnswer, type TakeDecision } from '../../control-plane/src/core/run-lock/decide-lock.ts';
import type { EpochClaim } from '../../control-plane/src/core/run-lock/lock-file.ts';
import type { ClusterLock, HeldClusterLock, LockPlace, TakeOptions } from '../../control-plane/src/ports/cluster-lock.ts';

type Kept = { promised: number; holder: EpochClaim | null; ageMs: number };
type World = {
  readonly clock: { ms: number };
  readonly hosts: Map<string, Kept>;
  readonly down: Set<string>;
  readonly beats: Set<() => void>;
};

/** A cluster's lock in memory, on hosts that may be `down`; nothing happens by itself: signs of life come with `beat`. */
export type MemoryClusterLock = ClusterLock & { age(ms: number): void; beat(): void; readonly down: Set<string> };

export function memoryClusterLock(clock: { ms: number } = { ms: 0 }): MemoryClusterLock {
  const world: World = { clock, hosts: new Map(), down: new Set(), beats: new Set() };
  return {
    down: world.down,
    age(ms) {
      for (const kept of world.hosts.values()) kept.ageMs = ms;
    },
    beat() {
      for (const beat of [...world.beats]) beat();
    },
    acquire: (place, claim, options) => acquire(world, { place, claim, options }),
  };
}

type Asked = { readonly place: LockPlace; readonly claim: LockClaim; readonly options: TakeOptions };

async function acquire(world: World, { place, claim, options }: Asked): Promise<HeldClusterLock> {
  const untilMs = world.clock.ms + options.waitMs;
  for (let isFirst = true; ; isFirst = false) {
    options.signal.throwIfAborted();
    const decision = decideTake(answersOf(world, place.hosts), { run: claim.run, floor: options.floor });
    if (decision.kind === 'take') return hold(world, place.hosts, { decision, claim: { ...claim, epoch: decision.epoch } });
    if (world.clock.ms >= untilMs) throw refusal(place, decision);
    if (decision.kind === 'held' && isFirst) options.onWait(decision.by);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

type Taken = { readonly decision: TakeDecision & { kind: 'take' }; readonly claim: EpochClaim };

function hold(world: World, names: readonly string[], { decision, claim }: Taken): HeldClusterLock {
  const lost = new AbortController();
  const sinceMs = world.clock.ms;
  const open = decision.hosts.map(({ host }) => host);
  write(world, open, claim);
  const beat = () => {
    write(world, names, claim);
    const answers = answersOf(world, names);
    if (!isHeld(claim, answers) && (isLost(claim, answers) || world.clock.ms - sinceMs > 15_000)) lost.abort();
  };
  world.beats.add(beat);
  const release = async () => {
    world.beats.delete(beat);
    for (const kept of names.map((host) => keptBy(world, host))) if (kept.holder === claim) kept.holder = null;
  };
  return { epoch: claim.epoch, previous: decision.previous, broke: decision.broken.length > 0, lost: lost.signal, release };
}

function write(world: World, names: readonly string[], claim: EpochClaim): void {
  const reached = names.filter((host) => !world.down.has(host)).map((host) => keptBy(world, host));
  for (const kept of reached) if (kept.promised <= claim.epoch) Object.assign(kept, { promised: claim.epoch, holder: claim, ageMs: 0 });
}

function answersOf(world: World, names: readonly string[]): readonly LockAnswer[] {
  return names.map((host) => ({ host, reading: world.down.has(host) ? null : { ...keptBy(world, host), text: '' } }));
}

function keptBy({ hosts }: World, host: string): Kept {
  const kept = hosts.get(host) ?? { promised: 0, holder: null, ageMs: lockTtlMs + 1 };
  hosts.set(host, kept);
  return kept;
}

function refusal({ cluster }: LockPlace, decision: TakeDecision): NvError {
  if (decision.kind === 'unreachable') return new NvError({ code: 'NV_LOCK_HOSTS', message: decision.why.join('; ') });
  return locked(cluster, decision.kind === 'held' ? decision.by : null);
}
