import { NvError } from '../core/errors.ts';
import { lockDirectory } from '../core/run-lock/lock-file.ts';
import { batchLock } from './batch-script.ts';

/** Why a host is left as it is: the batch of another run goes on there. */
export function busy(host: string): NvError {
  return new NvError({
    code: 'NV_LOCKED',
    host,
    message: `${host}: another run's batch is still working on this host`,
    hint: `It may be one whose netvis-ctl was killed. Apply again when it has ended; \`fuser -v ${batchLock}\` on the host shows it.`,
  });
}

/** Why a host is left as it is: it cannot keep what keeps older runs from it. */
export function unfenced(host: string): NvError {
  return new NvError({
    code: 'NV_STEP_FAILED',
    host,
    message: `${host}: the epoch of the run lock cannot be written to ${lockDirectory}`,
    hint: 'Is the disk of the host full, or is it mounted read-only?',
  });
}
