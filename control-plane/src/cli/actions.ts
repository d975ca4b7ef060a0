import { createInterface } from 'node:readline/promises';
import { openEngine } from '../compose.ts';
import { findInventory, rememberInventory } from '../compose-inventory.ts';
import { NvError } from '../core/errors.ts';
import type { RunMode, RunReport } from '../core/run-event.ts';
import { type RunOptions, requestOf, runCommand } from './commands/run.ts';
import { fileActions } from './file-actions.ts';
import { lookActions } from './look-actions.ts';
import type { Actions } from './program.ts';
import { exitCodeOf } from './render/run-report.ts';
import { createRunView, type RunView } from './run-view.ts';
import { runsAction } from './runs-action.ts';

type GlobalOptions = { readonly stateDir?: string };
type CliRunOptions = RunOptions & { readonly json?: boolean; readonly detailedExitcode?: boolean; readonly acceptNewHostKeys?: boolean };

/** What the commands do; `globals` gives the options that stand before a command. */
export function createActions(globals: () => GlobalOptions, version: string): Actions {
  const find = (given: string | undefined) => findInventory(given, globals().stateDir);
  return {
    ...fileActions(find),
    ...lookActions(find),
    run: async (mode, inventory, options) => await runAction(mode, await find(inventory), { ...globals(), ...(options as CliRunOptions) }),
    serve: async (options) => {
      const inventory = await find(options.inventory).catch(noneKnown);
      const { serveAction } = await import('./serve-action.ts');
      await serveAction({ ...globals(), listen: options.listen, version, ...(inventory ? { inventory } : {}) });
      return 0;
    },
    runs: async (action, run, options) => await runsAction({ action, run, json: options.json === true }, globals().stateDir),
  };
}

/** The service starts without an inventory as well: runs may bring theirs. */
function noneKnown(error: unknown): undefined {
  if (error instanceof NvError && error.code === 'NV_USAGE') return undefined;
  throw error;
}

async function runAction(mode: RunMode, inventory: string, options: CliRunOptions & GlobalOptions): Promise<number> {
  const request = await requestOf(mode, inventory, withDiff(mode, options));
  const opened = await openEngine({
    forks: request.forks,
    acceptNewHostKeys: options.acceptNewHostKeys === true,
    warn: (message) => void process.stderr.write(`${message}\n`),
    ...(options.stateDir ? { stateDir: options.stateDir } : {}),
  });
  const view = await createRunView({
    json: options.json === true,
    allDiffs: options.diff === true,
    plain: request.mode === 'apply' && options.diff === true,
  });
  try {
    const hooks = { onEvent: view.onEvent, signal: interruption(), ...asking(options, view) };
    const report = await runCommand(opened.engine, request, hooks);
    await view.finish(report);
    if (report.mode === 'apply') await rememberInventory(inventory, options.stateDir);
    return exitCodeOf(report, { detailed: options.detailedExitcode === true || mode === 'drift' });
  } finally {
    await opened.close();
  }
}

/** A preview on a terminal shows diffs unasked. */
function withDiff(mode: RunMode, options: CliRunOptions): CliRunOptions {
  const isPreview = mode !== 'apply' || options.check === true;
  return { ...options, diff: options.diff === true || (isPreview && !options.json && process.stdout.isTTY) };
}

function asking(options: CliRunOptions, view: RunView): { confirm?: (report: RunReport) => Promise<boolean> } {
  if (options.yes || options.json || !process.stdin.isTTY || !process.stdout.isTTY) return {};
  return {
    confirm: async (report) => {
      await view.finish(report);
      const question = createInterface({ input: process.stdin, output: process.stdout });
      try {
        const answer = await question.question(`Apply these ${report.changed} changes? [y/N] `);
        return /^y(es)?$/i.test(answer.trim());
      } finally {
        question.close();
      }
    },
  };
}

/** Ctrl-C stops following; the run's jobs in hand finish while the engine closes. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () =>
    controller.abort(
      new NvError({
        code: 'NV_INTERRUPTED',
        message: 'interrupted; the steps in hand are finished first',
        hint: 'Apply again: what is done already is not repeated.',
      }),
    ),
  );
  return controller.signal;
}
