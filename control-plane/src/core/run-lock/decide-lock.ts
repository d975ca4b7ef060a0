import { type LockClaim, lockTtlMs } from './claim.ts';
import type { EpochClaim, LockReading } from './lock-file.ts';
import { majorityOf } from './lock-hosts.ts';

/** What a lock host answered; without a `reading` it counts as one that is down, for `reason`. */
export type LockAnswer = { readonly host: string; readonly reading: LockReading | null; readonly reason?: string };

export type TakeDecision =
  /** Claim `epoch` on `hosts`, if each still says `expected`. `broken` lists the dead claims that this ends; `previous` is the highest epoch given so far. */
  | {
      readonly kind: 'take';
      readonly epoch: number;
      readonly previous: number;
      readonly hosts: readonly { readonly host: string; readonly expected: string }[];
      readonly broken: readonly EpochClaim[];
    }
  | { readonly kind: 'held'; readonly by: LockClaim }
  /** No majority answers; `why` has a line per host that does not. */
  | { readonly kind: 'unreachable'; readonly why: readonly string[] };

/**
 * Whether `run` may take the lock. It needs a majority of the lock hosts, each free, held by a dead run, or held by an
 * earlier process of the same run. The epoch is above every one given, for each was accepted by a majority, and above
 * `floor`, what some host has seen.
 */
export function decideTake(answers: readonly LockAnswer[], { run, floor }: { run: string; floor: number }): TakeDecision {
  const readings = answers.flatMap(({ host, reading }) => (reading ? [{ host, ...reading }] : []));
  const needed = majorityOf(answers.length);
  if (readings.length < needed) return { kind: 'unreachable', why: answers.filter(({ reading }) => !reading).map(whyDown) };
  const live = readings.filter(({ holder, ageMs }) => holder !== null && holder.run !== run && ageMs <= lockTtlMs);
  const open = readings.filter((reading) => !live.includes(reading));
  if (open.length < needed) return { kind: 'held', by: mostHeld(live.flatMap(({ holder }) => holder ?? [])) };
  const previous = Math.max(...readings.map(({ promised }) => promised));
  return {
    kind: 'take',
    epoch: Math.max(previous, floor) + 1,
    previous,
    hosts: open.map(({ host, text }) => ({ host, expected: text })),
    broken: open.flatMap(({ holder }) => holder ?? []),
  };
}

/** Whether a claim has its majority, from the answers of the hosts it was made on. */
export function isHeld(claim: EpochClaim, answers: readonly LockAnswer[]): boolean {
  return countOf(claim, answers) >= majorityOf(answers.length);
}

/** Whether a claim cannot have its majority any more, whatever the hosts that did not answer hold. */
export function isLost(claim: EpochClaim, answers: readonly LockAnswer[]): boolean {
  const silent = answers.filter(({ reading }) => !reading).length;
  return countOf(claim, answers) + silent < majorityOf(answers.length);
}

/** Whether a host holds this very claim. */
export function holds({ reading }: LockAnswer, { run, epoch }: EpochClaim): boolean {
  return reading?.holder?.run === run && reading.holder.epoch === epoch;
}

function countOf(claim: EpochClaim, answers: readonly LockAnswer[]): number {
  return answers.filter((answer) => holds(answer, claim)).length;
}

function whyDown({ host, reason }: LockAnswer): string {
  return `${host}: ${reason ?? 'no answer'}`;
}

/** Of several, the one on most hosts; of equals the latest. */
function mostHeld(claims: readonly EpochClaim[]): EpochClaim {
  const count = ({ run }: EpochClaim) => claims.filter((claim) => claim.run === run).length;
  const [first] = claims.toSorted((a, b) => count(b) - count(a) || b.epoch - a.epoch);
  if (!first) throw new Error('nobody holds what is held');
  return first;
}
