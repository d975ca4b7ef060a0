import { resolve } from 'node:path';
import { NvError } from '../../core/errors.ts';
import { lockTtlMs } from '../../core/run-lock/claim.ts';
import type { ResumeRequest } from '../../pipeline.ts';
import type { RunRecord, RunStore } from '../../ports/run-store.ts';
import { ownerHere, type RunOptions, waitLockMsOf } from './run.ts';

const keptRuns = 200;
/** A run that was killed a moment ago holds its lock until nobody has heard of it for this time. */
const deadRunMs = lockTtlMs + 5000;

/**
 * The run that is named: by its id, or `last` for the newest apply. Rejects with NV_RUN_UNKNOWN, and with NV_USAGE when
 * another inventory than the run's own is given beside it.
 */
export async function findRun(
  store: Pick<RunStore, 'get' | 'list'>,
  { named, inventory }: { named: string; inventory: string | undefined },
): Promise<RunRecord> {
  const record = named === 'last' ? await lastApply(store) : await store.get(named);
  if (inventory === undefined || resolve(inventory) === record.inventoryPath) return record;
  throw new NvError({
    code: 'NV_USAGE',
    message: `run ${record.id} is of ${record.inventoryPath}, not of ${inventory}`,
    hint: 'A run is gone on with as it was begun: leave the inventory out, or apply the other one.',
  });
}

/** Rejects with NV_USAGE. */
export function resumeRequestOf(id: string, options: Pick<RunOptions, 'waitLock'>): ResumeRequest {
  return { id, owner: ownerHere(), waitLockMs: Math.max(deadRunMs, waitLockMsOf(options)) };
}

async function lastApply(store: Pick<RunStore, 'list'>): Promise<RunRecord> {
  const last = (await store.list(keptRuns)).find(({ mode }) => mode === 'apply');
  if (last) return last;
  throw new NvError({ code: 'NV_RUN_UNKNOWN', message: 'nothing was applied from this state directory', hint: 'See `netvis-ctl runs`.' });
}
