import { NvError } from '../core/errors.ts';
import type { RunLock } from '../ports/run-lock.ts';
import type { RunRecord } from '../ports/run-store.ts';

type Changing = Pick<RunRecord, 'cluster' | 'mode' | 'lockEpoch'>;

/** NV_LOCKED when a run that changes its cluster no longer holds the cluster's lock; null when it may go on. */
export async function findLostLock({ cluster, mode, lockEpoch }: Changing, lock: Pick<RunLock, 'isHeld'>): Promise<NvError | null> {
  return mode !== 'apply' || (await lock.isHeld(cluster, lockEpoch)) ? null : lockLost(cluster);
}

/** Why a run that lost the lock of its cluster was ended. */
export function lockLost(cluster: string): NvError {
  return new NvError({
    code: 'NV_LOCKED',
    message: `this run lost the lock of cluster ${cluster}: it was not renewed for 20 seconds, and another run may hold it now`,
    hint: 'Apply again when no other run is at work: what is done already is not repeated.',
  });
}
