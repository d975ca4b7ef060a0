import { NvError, type Problem } from '../core/errors.ts';
import type { PlannedStep } from '../core/plan.ts';
import type { RunEvent } from '../core/run-event.ts';
import type { BatchChange } from './batch-changes.ts';
import { parseBatchLine } from './batch-script.ts';
import { createFailedChange, type FailedChange } from './failed-change.ts';

/** A batch under way: its plan, its changes, and where its steps are told. */
export type Batch = {
  readonly planned: readonly PlannedStep[];
  readonly changes: readonly BatchChange[];
  readonly host: string;
  readonly stage: string;
  readonly emit: (events: readonly RunEvent[]) => Promise<unknown>;
};

/**
 * `line` takes the batch's output as it comes; `settle` its end: what failed or was not come to is told then, and whether
 * the batch was stopped between two steps. Rejects with NV_SSH_LOST when the batch ended without saying why.
 */
export type BatchProgress = {
  line(text: string): void;
  settle(exitCode: number, mask: (text: string) => string): Promise<{ readonly stopped: boolean }>;
};

/** Turns a batch's progress lines into step events: a step is done when its last change is. */
export function createBatchProgress(batch: Batch): BatchProgress {
  const sent: Promise<unknown>[] = [];
  const done = new Set<number>();
  let stopped = false;
  let failure: FailedChange | null = null;
  const report = (stepIndex: number, rest: { outcome: 'changed' | 'failed' | 'skipped'; problem?: Problem }) => {
    const { step, diff } = batch.planned[stepIndex] as PlannedStep;
    done.add(stepIndex);
    const summary = diff.kind === 'change' ? diff.summary : '';
    sent.push(batch.emit([{ event: 'step', host: batch.host, stage: batch.stage, step: step.name, summary, ...rest }]));
  };
  return {
    line(text) {
      if (failure) return failure.line(text);
      const parsed = parseBatchLine(text);
      if (parsed?.kind === 'stopped') stopped = true;
      else if (parsed?.kind === 'failed') failure = createFailedChange(parsed);
      else if (parsed?.kind === 'ok' && isLastOfStep(batch.changes, parsed.index))
        report(stepAt(batch.changes, parsed.index), { outcome: 'changed' });
    },
    async settle(exitCode, mask) {
      if (failure) report(stepAt(batch.changes, failure.index), { outcome: 'failed', problem: failure.problem(batch.host, mask) });
      else if (exitCode !== 0 && !stopped) throw speechless(batch.host, exitCode);
      for (const { stepIndex } of batch.changes) if (!done.has(stepIndex)) report(stepIndex, { outcome: 'skipped' });
      await Promise.all(sent);
      return { stopped };
    },
  };
}

function speechless(host: string, exitCode: number): NvError {
  return new NvError({ code: 'NV_SSH_LOST', host, message: `${host}: the batch ended with ${exitCode} and no word` });
}

function isLastOfStep(changes: readonly BatchChange[], index: number): boolean {
  return changes[index + 1]?.stepIndex !== changes[index]?.stepIndex;
}

function stepAt(changes: readonly BatchChange[], index: number): number {
  const entry = changes[index];
  if (!entry) throw new Error(`the host reported a change ${index} that was not sent`);
  return entry.stepIndex;
}
