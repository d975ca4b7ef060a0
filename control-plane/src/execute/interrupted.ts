import { NvError } from '../core/errors.ts';
import type { RunRecord } from '../ports/run-store.ts';

/** How a run that ended before its time is gone on with. */
export function resumeHint({ mode, id }: Pick<RunRecord, 'mode' | 'id'>): string {
  return mode === 'apply' ? `Go on with \`netvis-ctl apply --resume ${id}\`: what is done already is not repeated.` : 'Start it again.';
}

/** Why a run that was told to stop ended. */
export function interrupted(record: Pick<RunRecord, 'mode' | 'id'>): NvError {
  return new NvError({ code: 'NV_INTERRUPTED', message: `this ${record.mode} was interrupted`, hint: resumeHint(record) });
}
