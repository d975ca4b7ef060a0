import { type OpenRunStore, openRunStore } from '../compose.ts';
import { NvError } from '../core/errors.ts';
import { eventLine } from './render/run-lines.ts';
import { renderReport } from './render/run-report.ts';
import { hintOf, runLine, type SeenRun, seenRun } from './render/run-state.ts';

const listed = 20;
const usage = 'runs list, runs show RUN or runs logs RUN';
const print = (text: string) => void process.stdout.write(`${text}\n`);

type Asked = { readonly action: string; readonly run: string | undefined; readonly json: boolean };

/** `runs list`, `runs show RUN`, `runs logs RUN`. Rejects with NV_RUN_UNKNOWN or NV_USAGE. */
export async function runsAction(asked: Asked, stateDir: string | undefined): Promise<number> {
  const opened = await openRunStore(stateDir);
  try {
    if (asked.action === 'list') await list(opened, asked.json);
    else await showRun(opened, asked);
    return 0;
  } finally {
    await opened.close();
  }
}

type Stores = Pick<OpenRunStore, 'store' | 'isAtWork'>;

async function list(stores: Stores, json: boolean): Promise<void> {
  const runs = await Promise.all((await stores.store.list(listed)).map((run) => seenRun(stores, run)));
  for (const run of runs) print(json ? JSON.stringify(publicView(run)) : runLine(run));
  if (!json) printLine(hintOf(runs.find(({ mode }) => mode === 'apply')));
}

async function showRun(stores: Stores, { action, run: id, json }: Asked): Promise<void> {
  if (!id || !['show', 'logs'].includes(action))
    throw new NvError({ code: 'NV_USAGE', message: `runs ${action} is not a command`, hint: usage });
  const report = await stores.store.report(id);
  const run = await seenRun(stores, { ...(await stores.store.get(id)), ...(report ? { report } : {}) });
  if (action === 'show') showReport(run, json);
  else await showEvents(stores, id, json);
  if (!json) printLine(hintOf(run));
}

async function showEvents({ store }: Stores, id: string, json: boolean): Promise<void> {
  for (const event of await store.events(id)) printLine(json ? JSON.stringify(event) : eventLine(event));
}

function showReport({ report, ...run }: SeenRun, json: boolean): void {
  if (json) print(JSON.stringify({ ...publicView(run), report: report ?? null }));
  else print(report ? renderReport(report) : runLine(run));
}

function printLine(line: string | null): void {
  if (line !== null) print(line);
}

/** A run without its inventory's text. */
function publicView({ inventoryText: _text, ...run }: SeenRun) {
  return run;
}
