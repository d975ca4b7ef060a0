import type { RunReport } from '../../core/run-event.ts';
import { resumeHint } from '../../execute/interrupted.ts';
import type { RunRecord } from '../../ports/run-store.ts';

export type SeenRun = RunRecord & { readonly report?: RunReport; readonly state: RunReport['outcome'] | 'running' };

type Run = RunRecord & { readonly report?: RunReport };
type Watcher = { readonly isAtWork: (run: RunRecord) => Promise<boolean> };

/** A run with what became of it; one that nobody carries out any more and that has no report was killed: interrupted. */
export async function seenRun({ isAtWork }: Watcher, run: Run): Promise<SeenRun> {
  return { ...run, state: run.report?.outcome ?? ((await isAtWork(run)) ? 'running' : 'interrupted') };
}

/** A run in one line. */
export function runLine({ id, createdAt, mode, cluster, owner, state, report }: SeenRun): string {
  const outcome = report ? `${state}, ${report.changed} changed` : state;
  return `${id}  ${createdAt}  ${mode.padEnd(5)}  ${cluster}  ${outcome}  ${owner}`;
}

/** How to go on with a run that ended before its time; null where there is nothing to go on with. */
export function hintOf(run: SeenRun | undefined): string | null {
  if (run?.mode !== 'apply' || !['failed', 'interrupted'].includes(run.state)) return null;
  return `  hint ${resumeHint(run)}`;
}
