import { createInterface } from 'node:readline/promises';
import { openEngine, openRunStore } from '../compose.ts';
import { rememberInventory } from '../compose-inventory.ts';
import type { RunMode, RunReport, StoredEvent } from '../core/run-event.ts';
import { type Engine, resumeRun, watchRun } from '../pipeline.ts';
import { findRun, resumeRequestOf } from './commands/resume.ts';
import { type RunHooks, type RunOptions, requestOf, runCommand } from './commands/run.ts';
import { createInterruption } from './interruption.ts';
import { exitCodeOf } from './render/run-report.ts';
import { createRunView, type RunView } from './run-view.ts';

/** The options of plan, apply and drift as commander parses them, with those that stand before the command. */
export type CliRunOptions = RunOptions & {
  readonly json?: boolean;
  readonly detailedExitcode?: boolean;
  readonly acceptNewHostKeys?: boolean;
  readonly resume?: string;
  readonly stateDir?: string;
};

/** Runs a plan, an apply or a drift check to its report; the exit code. */
export async function runAction(mode: RunMode, inventory: string, options: CliRunOptions): Promise<number> {
  const request = await requestOf(mode, inventory, withDiff(mode, options));
  const plain = request.mode === 'apply' && options.diff === true;
  return await withEngine({ ...options, forks: request.forks, plain }, async ({ engine, view, hooks }) => {
    const report = await runCommand(engine, request, { ...hooks, ...asking({ options, view, signal: hooks.signal }) });
    await view.finish(report);
    if (report.mode === 'apply') await rememberInventory(inventory, options.stateDir);
    return exitCodeOf(report, { detailed: options.detailedExitcode === true || mode === 'drift' });
  });
}

/** Goes on with the run named (an id, or `last`); `inventory` may name its inventory once more. */
export async function resumeAction(named: string, inventory: string | undefined, options: CliRunOptions): Promise<number> {
  const opened = await openRunStore(options.stateDir);
  try {
    const record = await findRun(opened.store, { named, inventory });
    return await withEngine({ ...options, forks: record.forks, plain: record.diff === true }, async ({ engine, view, hooks }) => {
      const report = await watchRun(engine, await resumeRun(engine, resumeRequestOf(record.id, options)), hooks);
      await view.finish(report);
      return exitCodeOf(report, { detailed: false });
    });
  } finally {
    await opened.close();
  }
}

type Running = { readonly engine: Engine; readonly view: RunView; readonly hooks: Pick<RunHooks, 'onEvent' | 'signal'> };

async function withEngine(
  options: Omit<CliRunOptions, 'forks'> & { readonly forks: number; readonly plain: boolean },
  work: (running: Running) => Promise<number>,
): Promise<number> {
  const { forks, plain, stateDir } = options;
  const say = (message: string) => void process.stderr.write(`${message}\n`);
  const opened = await openEngine({
    forks,
    acceptNewHostKeys: options.acceptNewHostKeys === true,
    warn: say,
    ...(stateDir ? { stateDir } : {}),
  });
  try {
    const view = await createRunView({ json: options.json === true, allDiffs: options.diff === true, plain });
    const interruption = createInterruption({ source: process, say, exit: (code) => process.exit(code) });
    const onEvent = (event: StoredEvent) => {
      interruption.onEvent(event);
      view.onEvent(event);
    };
    return await work({ engine: opened.engine, view, hooks: { onEvent, signal: interruption.signal } });
  } finally {
    await opened.close();
  }
}

/** A preview on a terminal shows diffs unasked. */
function withDiff(mode: RunMode, options: CliRunOptions): CliRunOptions {
  const isPreview = mode !== 'apply' || options.check === true;
  return { ...options, diff: options.diff === true || (isPreview && !options.json && process.stdout.isTTY) };
}

type Asking = { readonly options: CliRunOptions; readonly view: RunView; readonly signal: AbortSignal };

function asking({ options, view, signal }: Asking): Pick<RunHooks, 'confirm'> {
  if (options.yes || options.json || !process.stdin.isTTY || !process.stdout.isTTY) return {};
  return {
    confirm: async (report: RunReport) => {
      await view.finish(report);
      const question = createInterface({ input: process.stdin, output: process.stdout });
      // The terminal's Ctrl-C comes to the question instead of the process.
      question.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
      try {
        const answer = await question.question(`Apply these ${report.changed} changes? [y/N] `, { signal });
        return /^y(es)?$/i.test(answer.trim());
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      } finally {
        question.close();
      }
    },
  };
}
