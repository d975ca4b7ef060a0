import { readFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { resolve } from 'node:path';
import { NvError } from '../../core/errors.ts';
import type { RunMode, RunReport, StoredEvent } from '../../core/run-event.ts';
import { serialPattern } from '../../core/serial.ts';
import { apply, type Engine, preview, type RunRequest } from '../../pipeline.ts';

/** The options of plan, apply and drift as commander parses them. */
export type RunOptions = {
  readonly limit?: string;
  readonly tags?: string;
  readonly forks: string;
  readonly serial?: string;
  readonly maxFail: string;
  readonly waitLock: string;
  readonly yes?: boolean;
  readonly check?: boolean;
  readonly diff?: boolean;
};

export type RunHooks = {
  readonly onEvent: (event: StoredEvent) => void;
  /** Asks the user whether to go on with what a preview found; absent = go on. */
  readonly confirm?: (report: RunReport) => Promise<boolean>;
  readonly signal: AbortSignal;
};

/** Runs what is asked for and returns its report; an apply asks first where it can. Rejects as the pipeline does. */
export async function runCommand(
  engine: Engine,
  { mode, ...request }: RunRequest & { mode: RunMode },
  hooks: RunHooks,
): Promise<RunReport> {
  if (mode !== 'apply') return await preview(engine, { ...request, mode }, hooks);
  if (hooks.confirm) {
    const report = await preview(engine, { ...request, mode: 'plan' }, hooks);
    if (report.outcome !== 'done' || report.changed === 0 || !(await hooks.confirm(report))) return report;
    return await apply(engine, { ...request, diff: false }, hooks);
  }
  return await apply(engine, request, hooks);
}

/** What the options ask for. Rejects with NV_USAGE or NV_INVENTORY_MISSING. */
export async function requestOf(mode: RunMode, inventory: string, options: RunOptions): Promise<RunRequest & { mode: RunMode }> {
  const inventoryPath = resolve(inventory);
  return {
    mode: mode === 'apply' && options.check ? 'plan' : mode,
    inventoryPath,
    inventoryText: await readInventoryText(inventoryPath),
    forks: whole('--forks', options.forks, 1),
    maxFail: whole('--max-fail', options.maxFail, 0),
    waitLockMs: waitLockMsOf(options),
    owner: ownerHere(),
    ...(options.limit ? { limit: options.limit } : {}),
    ...(options.serial === undefined ? {} : { serial: serialOf(options.serial) }),
    ...(options.diff ? { diff: true } : {}),
    ...(options.tags ? { tags: options.tags.split(',').map((tag) => tag.trim()) } : {}),
  };
}

/** Rejects with NV_USAGE. */
export function waitLockMsOf({ waitLock }: Pick<RunOptions, 'waitLock'>): number {
  return whole('--wait-lock', waitLock, 0) * 1000;
}

/** Who runs commands here. */
export function ownerHere(): string {
  return `${userInfo().username}@${hostname()}`;
}

async function readInventoryText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new NvError(
      {
        code: 'NV_INVENTORY_MISSING',
        message: `cannot read ${path}: ${(error as Error).message}`,
        hint: '`netvis-ctl init` writes a starter inventory.',
      },
      { cause: error },
    );
  }
}

function serialOf(text: string): string {
  if (serialPattern.test(text)) return text;
  throw new NvError({ code: 'NV_USAGE', message: `--serial takes a number of hosts or a percentage such as 30%, not "${text}"` });
}

function whole(option: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new NvError({ code: 'NV_USAGE', message: `${option} takes a whole number of at least ${least}, not "${text}"` });
}
