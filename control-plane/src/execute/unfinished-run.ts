import { NvError } from '../core/errors.ts';
import type { RunRecord, RunStore } from '../ports/run-store.ts';

/** A run that can be gone on with. Rejects with NV_RUN_UNKNOWN, NV_USAGE when it is no apply, NV_RUN_ENDED when it is done. */
export async function unfinishedRun(store: Pick<RunStore, 'get' | 'report'>, id: string): Promise<RunRecord> {
  const record = await store.get(id);
  if (record.mode !== 'apply') throw new NvError({ code: 'NV_USAGE', message: `run ${id} is a ${record.mode}: start it again` });
  if ((await store.report(id))?.outcome === 'done') throw runEnded(id);
  return record;
}

/** There is nothing left of a run to do or to stop. */
export function runEnded(id: string): NvError {
  return new NvError({ code: 'NV_RUN_ENDED', message: `run ${id} has ended`, hint: `\`netvis-ctl runs show ${id}\` tells how.` });
}
