/** When a server that still has processes counts as dead (R11). */

import type { Ailment, Memory } from './memory.ts';
import { elapsedForHolder } from './moment.ts';
import { canAnotherTakeOver } from './others.ts';
import type { Cause } from './postgres-view.ts';
import type { Situation } from './situation.ts';

/** So many probes in a row have to fail: one that is slow once is no reason for a failover. */
const failuresToDie = 3;

/** A server that nobody can replace is killed for the same cause at most once in so many ttls. */
const holdDownTtls = 12;

/** To start such a server again may mend it; the others can only be mended by another host. */
const curable: readonly Cause[] = ['hung', 'no-connection'];

/** Counts the probes that failed in a row; one that found nothing wrong, or a new cause, begins anew. */
export function trackAilment({ postgres, memory }: Situation): Pick<Memory, 'ailment'> {
  const { probe } = postgres;
  if (probe === null || probe.cause === null || postgres.process !== 'running') return { ailment: null };
  const { ailment } = memory;
  if (ailment?.cause !== probe.cause) return { ailment: { cause: probe.cause, failures: 1, probedAt: probe.at } };
  return { ailment: isAgain(ailment, probe.at.monotonicMs) ? { ...ailment, failures: ailment.failures + 1, probedAt: probe.at } : ailment };
}

function isAgain({ probedAt }: Ailment, atMs: number): boolean {
  return atMs > probedAt.monotonicMs;
}

export const isDead = ({ memory }: Situation) => memory.ailment !== null && memory.ailment.failures >= failuresToDie;

/**
 * Another node without the same trouble could take over, or a start in place may help and was not tried lately. What the
 * others show too is no reason to move: the server stays and the cause is reported.
 */
export const isWorthKilling = (situation: Situation) => canAnotherTakeOver(situation) || (isCurable(situation) && !isHeldDown(situation));

export const isCurable = ({ memory }: Situation) => memory.ailment !== null && curable.includes(memory.ailment.cause);

export const isHeldDown = ({ memory, now, timings }: Situation) => {
  const { ailment, cure } = memory;
  return cure !== null && cure.cause === ailment?.cause && elapsedForHolder(cure.at, now) < holdDownTtls * timings.ttlMs;
};
