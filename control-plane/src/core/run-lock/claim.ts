import { NvError } from '../errors.ts';

/** Who changes a cluster and why. `since` is the machine's wall clock as ISO 8601, to be shown and never compared. */
export type LockClaim = {
  readonly run: string;
  readonly owner: string;
  readonly machine: string;
  /** What the run is for, such as `apply --limit pg1`. */
  readonly reason: string;
  readonly since: string;
};

/** A holder that gave no sign of life for so long is dead. */
export const lockTtlMs = 20_000;

type Asked = { readonly limit?: string; readonly tags?: readonly string[] };

/** The reason of an apply, as its command line says it. */
export function reasonOf({ limit, tags }: Asked): string {
  return ['apply', ...(limit === undefined ? [] : ['--limit', limit]), ...(tags === undefined ? [] : ['--tags', tags.join(',')])].join(' ');
}

/** NV_LOCKED with what is known of the holder; null = one that just ended or is about to begin. */
export function locked(cluster: string, holder: LockClaim | null): NvError {
  return new NvError({
    code: 'NV_LOCKED',
    message: `cluster ${cluster} is being changed by ${holder ? holderText(holder) : 'a run that begins or ends just now'}`,
    hint: 'Wait for it with --wait-lock SECONDS. A dead run loses the lock by itself within 20 seconds; `netvis-ctl runs` on its machine shows what it did.',
  });
}

/** The holder in one line. */
export function holderText({ run, owner, machine, reason, since }: LockClaim): string {
  const who = owner.endsWith(`@${machine}`) ? owner : `${owner} on ${machine}`;
  return `${who} since ${since}: ${reason} (run ${run})`;
}
