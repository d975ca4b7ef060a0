import { Listr, type ListrTaskWrapper } from 'listr2';
import type { StoredEvent } from '../../core/run-event.ts';
import { eventLine } from './run-lines.ts';

type Phase = (StoredEvent & { event: 'phase' })['phase'];
// biome-ignore lint/suspicious/noExplicitAny: the library's own wrapper type is generic over its renderers
type Task = ListrTaskWrapper<any, any, any>;

/** A run on a terminal: one line per phase, the latest steps under it. */
export type LiveRun = { onEvent(event: StoredEvent): void; finish(): Promise<void> };

const titles: readonly (readonly [Phase, string])[] = [
  ['facts', 'Read the hosts'],
  ['plan', 'Compare with the inventory'],
  ['apply', 'Change what differs'],
  ['verify', 'Check the result'],
];

/** Starts drawing. `finish` ends the drawing when the run's last event has been given. */
export function createLiveRun(): LiveRun {
  const rows = titles.map(([phase, title]) => ({ phase, title, done: Promise.withResolvers<void>() }));
  const tasks = new Map<Phase, Task>();
  const listr = new Listr(
    rows.map((row) => phaseTask(row, tasks)),
    { concurrent: true, exitOnError: false },
  );
  const drawn = listr.run();
  const progress = { current: 'facts' as Phase };
  const enter = (phase: Phase) => {
    for (const row of rows.slice(
      0,
      rows.findIndex((candidate) => candidate.phase === phase),
    ))
      row.done.resolve();
    progress.current = phase;
  };
  return {
    onEvent(event) {
      if (event.event === 'phase') return enter(event.phase);
      if (event.event === 'stage' && event.state === 'start') enter('apply');
      show(tasks.get(progress.current), eventLine(event));
    },
    async finish() {
      for (const { done } of rows) done.resolve();
      await drawn;
    },
  };
}

function phaseTask(row: { phase: Phase; title: string; done: PromiseWithResolvers<void> }, tasks: Map<Phase, Task>) {
  return {
    title: row.title,
    task: async (_: unknown, task: Task) => {
      tasks.set(row.phase, task);
      await row.done.promise;
    },
    rendererOptions: { outputBar: 6 },
  };
}

function show(task: Task | undefined, line: string | null): void {
  if (task && line) task.output = line;
}
