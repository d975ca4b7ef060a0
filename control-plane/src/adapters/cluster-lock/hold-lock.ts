import { isHeld, isLost } from '../../core/run-lock/decide-lock.ts';
import { type EpochClaim, type LockFolders, releaseLock, renewLock } from '../../core/run-lock/lock-file.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HeldClusterLock, LockPlace } from '../../ports/cluster-lock.ts';
import { askHosts } from './ask-hosts.ts';

export type Holding = {
  readonly place: LockPlace;
  readonly claim: EpochClaim;
  readonly previous: number;
  readonly broke: boolean;
  /** When the claim was sent, on `clock`. */
  readonly sinceMs: number;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly foldersOf: (host: string) => LockFolders | undefined;
};

const beatMs = 5000;
/** Counted from when the last sign of life was sent; others may break the lock 20 s after it came. */
const giveUpMs = 15_000;

/** Keeps a lock that was taken: a sign of life every five seconds until it is given back or lost. */
export function holdLock({ place, claim, sinceMs, clock, foldersOf, ...told }: Holding): HeldClusterLock {
  const lost = new AbortController();
  let confirmedMs = sinceMs;
  const beats = startBeats(async () => {
    const sentMs = clock.monotonicMs();
    const answers = await askHosts(place, (host) => renewLock(claim, foldersOf(host)));
    if (isHeld(claim, answers)) confirmedMs = sentMs;
    else if (isLost(claim, answers) || clock.monotonicMs() - confirmedMs > giveUpMs) lost.abort();
  }, lost);
  const giveBack = async () => {
    await beats.end();
    await askHosts(place, (host) => releaseLock(claim, foldersOf(host)));
  };
  let release: Promise<void> | null = null;
  return {
    ...told,
    epoch: claim.epoch,
    lost: lost.signal,
    async release() {
      release ??= giveBack();
      await release;
    },
  };
}

/** One beat at a time until `end`, which waits for the one under way, or until the lock is lost; a failing beat loses it. */
function startBeats(beat: () => Promise<void>, lost: AbortController): { end(): Promise<void> } {
  let beating: Promise<void> | null = null;
  const timer = setInterval(() => {
    beating ??= beat()
      .catch((error) => lost.abort(error))
      .finally(() => {
        beating = null;
      });
  }, beatMs);
  timer.unref();
  lost.signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  return {
    async end() {
      clearInterval(timer);
      await beating;
    },
  };
}
