import type { RunReport, StoredEvent } from '../core/run-event.ts';
import { diffTitle, renderDiff } from './render/file-diff.ts';
import { eventLine } from './render/run-lines.ts';
import type { LiveRun } from './render/run-live.ts';
import { renderReport } from './render/run-report.ts';

/** Shows a run; `finish` shows its report, and more runs may follow. */
export type RunView = { onEvent(event: StoredEvent): void; finish(report: RunReport): Promise<void> };

export type RunViewOptions = {
  readonly json: boolean;
  /** Diffs of new files as well. */
  readonly allDiffs: boolean;
  /** Lines even on a terminal: diffs are to be seen before anything changes. */
  readonly plain: boolean;
};

/** `--json`: an event per line; a terminal: a live drawing, then the diffs; anything else: plain lines. */
export async function createRunView(options: RunViewOptions): Promise<RunView> {
  if (options.json) return { onEvent: (event) => print(JSON.stringify(event)), finish: async () => {} };
  if (options.plain || !process.stdout.isTTY) return lineView(options);
  // Only what is needed is loaded.
  const { createLiveRun } = await import('./render/run-live.ts');
  return liveView(options, createLiveRun);
}

function lineView({ allDiffs }: RunViewOptions): RunView {
  return {
    onEvent(event) {
      const title = event.event === 'diff' ? diffTitle(event) : eventLine(event);
      for (const text of [title, renderDiff(event, { all: allDiffs })]) if (text !== null) print(text);
    },
    finish: async (report) => print(renderReport(report)),
  };
}

function liveView({ allDiffs }: RunViewOptions, startDrawing: () => LiveRun): RunView {
  let live: LiveRun | null = null;
  let diffs: string[] = [];
  return {
    onEvent(event) {
      live ??= startDrawing();
      live.onEvent(event);
      const diff = renderDiff(event, { all: allDiffs });
      if (diff !== null) diffs.push(`${diffTitle(event)}\n${diff}\n`);
    },
    async finish(report) {
      await live?.finish();
      live = null;
      for (const diff of diffs) print(diff);
      diffs = [];
      print(renderReport(report));
    },
  };
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
