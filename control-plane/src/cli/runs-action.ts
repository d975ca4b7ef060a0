import { openRunStore } from '../compose.ts';
import { NvError } from '../core/errors.ts';
import type { RunReport } from '../core/run-event.ts';
import type { RunRecord, RunStore } from '../ports/run-store.ts';
import { eventLine } from './render/run-lines.ts';
import { renderReport } from './render/run-report.ts';

const listed = 20;
const usage = 'runs list, runs show RUN or runs logs RUN';
const print = (text: string) => void process.stdout.write(`${text}\n`);

type Asked = { readonly action: string; readonly run: string | undefined; readonly json: boolean };

/** `runs list`, `runs show RUN`, `runs logs RUN`. Rejects with NV_RUN_UNKNOWN or NV_USAGE. */
export async function runsAction(asked: Asked, stateDir: string | undefined): Promise<number> {
  const opened = await openRunStore(stateDir);
  try {
    if (asked.action === 'list') await list(opened.store, asked.json);
    else await showRun(opened.store, asked);
    return 0;
  } finally {
    await opened.close();
  }
}

async function list(store: RunStore, json: boolean): Promise<void> {
  for (const run of await store.list(listed)) print(json ? JSON.stringify(publicView(run)) : runLine(run));
}

async function showRun(store: RunStore, asked: Asked): Promise<void> {
  const { action, run, json } = asked;
  if (!run || !['show', 'logs'].includes(action))
    throw new NvError({ code: 'NV_USAGE', message: `runs ${action} is not a command`, hint: usage });
  const record = await store.get(run);
  if (action === 'show') return showReport(record, await store.report(run), json);
  for (const event of await store.events(run)) printLine(json ? JSON.stringify(event) : eventLine(event));
}

function showReport(record: RunRecord, report: RunReport | null, json: boolean): void {
  if (json) print(JSON.stringify({ ...publicView(record), report }));
  else print(report ? renderReport(report) : runLine(record));
}

function printLine(line: string | null): void {
  if (line !== null) print(line);
}

/** A run without its inventory's text. */
function publicView({ inventoryText: _text, ...run }: RunRecord & { report?: RunReport }) {
  return run;
}

function runLine(run: RunRecord & { report?: RunReport }): string {
  const outcome = run.report ? `${run.report.outcome}, ${run.report.changed} changed` : 'not ended';
  return `${run.id}  ${run.createdAt}  ${run.mode.padEnd(5)}  ${run.cluster}  ${outcome}  ${run.owner}`;
}
