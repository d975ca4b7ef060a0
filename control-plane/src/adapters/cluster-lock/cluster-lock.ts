import { setTimeout as sleep } from 'node:timers/promises';
import { NvError } from '../../core/errors.ts';
import { type LockClaim, locked } from '../../core/run-lock/claim.ts';
import { decideTake, holds, isHeld, type LockAnswer, type TakeDecision } from '../../core/run-lock/decide-lock.ts';
import { type EpochClaim, type LockFolders, readLock, releaseLock, takeLock } from '../../core/run-lock/lock-file.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ClusterLock, HeldClusterLock, LockPlace, TakeOptions } from '../../ports/cluster-lock.ts';
import { askHost, askHosts } from './ask-hosts.ts';
import { holdLock } from './hold-lock.ts';

export type ClusterLockOptions = {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Where a host keeps the lock, if not where hosts do. */
  readonly foldersOf?: (host: string) => LockFolders | undefined;
  readonly retryMs?: number;
};

type Settings = Required<ClusterLockOptions>;
type Taking = { readonly place: LockPlace; readonly claim: LockClaim; readonly options: TakeOptions; readonly settings: Settings };

/** Two runs that took a host each give them back and are told of each other at the next look. */
const leastAttempts = 2;

/** The run lock as files on the cluster's lock hosts (`core/run-lock/lock-file.ts`). */
export function createClusterLock(options: ClusterLockOptions): ClusterLock {
  const settings = { foldersOf: () => undefined, retryMs: 1000, ...options };
  return { acquire: (place, claim, takeOptions) => acquire({ place, claim, options: takeOptions, settings }) };
}

async function acquire(taking: Taking): Promise<HeldClusterLock> {
  const { place, options, settings } = taking;
  const untilMs = settings.clock.monotonicMs() + options.waitMs;
  for (let attempt = 1; ; attempt += 1) {
    options.signal.throwIfAborted();
    const decision = await look(taking);
    const held = decision.kind === 'take' ? await take(taking, decision) : null;
    if (held) return held;
    const isOver = settings.clock.monotonicMs() >= untilMs;
    if (isOver && !mayRace(decision, attempt)) throw refusal(place, decision);
    if (attempt === 1) tellWhom(options, decision);
    await sleep(settings.retryMs, undefined, { signal: options.signal }).catch(() => options.signal.throwIfAborted());
  }
}

/** Whether another run came between, which the next look will name. */
function mayRace({ kind }: TakeDecision, attempt: number): boolean {
  return kind === 'take' && attempt < leastAttempts;
}

function tellWhom({ onWait }: TakeOptions, decision: TakeDecision): void {
  if (decision.kind === 'held') onWait(decision.by);
}

async function look({ place, claim, options, settings }: Taking): Promise<TakeDecision> {
  const answers = await askHosts(place, (host) => readLock(settings.foldersOf(host)));
  return decideTake(answers, { run: claim.run, floor: options.floor });
}

/** One host first and then the others: of two runs at once, one does not even begin. Null = no majority, nothing is held. */
async function take(taking: Taking, decision: TakeDecision & { kind: 'take' }): Promise<HeldClusterLock | null> {
  const { place, settings } = taking;
  const { clock, foldersOf } = settings;
  const sinceMs = clock.monotonicMs();
  const claim: EpochClaim = { ...taking.claim, epoch: decision.epoch };
  const first = await takeFirst(taking, claim, decision.hosts);
  if (!first) return null;
  const expected = new Map(decision.hosts.map(({ host, expected: text }) => [host, text]));
  const rest = await askHosts(place, (host) => {
    const text = host === first.host ? undefined : expected.get(host);
    return text === undefined ? null : takeLock(claim, text, foldersOf(host));
  });
  const answers = rest.map((answer) => (answer.host === first.host ? first : answer));
  const { previous, broken } = decision;
  if (isHeld(claim, answers)) return holdLock({ place, claim, previous, broke: broken.length > 0, sinceMs, clock, foldersOf });
  await askHosts(place, (host) => releaseLock(claim, foldersOf(host)));
  return null;
}

/** The first host that answers; null when it holds another claim. */
async function takeFirst(
  { place, settings }: Taking,
  claim: EpochClaim,
  hosts: readonly { readonly host: string; readonly expected: string }[],
): Promise<LockAnswer | null> {
  for (const { host, expected } of hosts) {
    const answer = await askHost(place, host, takeLock(claim, expected, settings.foldersOf(host)));
    if (answer.reading) return holds(answer, claim) ? answer : null;
  }
  return null;
}

function refusal({ cluster, hosts }: LockPlace, decision: TakeDecision): NvError {
  if (decision.kind !== 'unreachable') return locked(cluster, decision.kind === 'held' ? decision.by : null);
  return new NvError({
    code: 'NV_LOCK_HOSTS',
    message: `too few of the hosts that keep the lock of cluster ${cluster} (${hosts.join(', ')}) can be used: ${decision.why.join('; ')}`,
    hint: 'A majority of them must answer before anything is changed, for else nobody knows whether another run is at work. Bring one back, with SSH and room in /var/lib.',
  });
}
