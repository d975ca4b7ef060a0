import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { RunReport, StoredEvent } from '../../control-plane/src/core/run-event.ts';
import type { LabFiles } from './layout.ts';

const root = join(import.meta.dirname, '..', '..');

export type CliResult = { readonly exitCode: number; readonly stdout: string; readonly stderr: string; readonly ms: number };

/** A run of netvis-ctl with its events and its report. */
export type RunResult = CliResult & { readonly events: readonly StoredEvent[]; readonly report: RunReport };

/** Runs the built netvis-ctl as its users do, with state, identity and secrets of the lab's own. */
export type NetvisCtl = {
  (...words: readonly string[]): Promise<CliResult>;
  /** `plan --json` */
  plan(...words: readonly string[]): Promise<RunResult>;
  /** `apply --yes --json` */
  apply(...words: readonly string[]): Promise<RunResult>;
};

/** The CLI for an inventory of the lab; `environment` adds to the process's. */
export function netvisCtl(inventory: string, environment: Readonly<Record<string, string>>): NetvisCtl {
  const call = (...words: readonly string[]) => run(words, environment);
  return Object.assign(call, {
    plan: async (...words: readonly string[]) => readRun(await call('plan', inventory, '--json', ...words)),
    apply: async (...words: readonly string[]) => readRun(await call('apply', inventory, '--yes', '--json', ...words)),
  });
}

/** Reads the events a netvis-ctl with `--json` printed. Throws when the report is not among them. */
export function readRun<R extends Omit<CliResult, 'ms'>>(result: R): R & Pick<RunResult, 'events' | 'report'> {
  const events = result.stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as StoredEvent);
  const report = events.at(-1);
  if (report?.event === 'report') return { ...result, events, report };
  throw new Error(`netvis-ctl printed no report (exit ${result.exitCode}):\n${result.stdout.slice(-3000)}${result.stderr}`);
}

/** Reads events from the JSON lines of a netvis-ctl that may have been cut off in the middle of one. */
export function eventsIn(stdout: string): StoredEvent[] {
  const whole = stdout.slice(0, stdout.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as StoredEvent);
}

/** Where netvis-ctl keeps what belongs to a lab: state and identity inside the lab's own directory. */
export function labEnvironment(files: LabFiles, sudoPassword: string): Readonly<Record<string, string>> {
  return {
    NETVIS_STATE_DIR: join(files.folder, 'state'),
    NETVIS_AGE_IDENTITY: join(files.folder, 'identity', 'identity.txt'),
    NETVIS_SECRET_SUDO_LAB: sudoPassword,
  };
}

/** A netvis-ctl that runs; `texts` grow with what it says. */
export type RunningCtl = { readonly child: ChildProcess; readonly texts: { stdout: string; stderr: string } };

/** Starts the built netvis-ctl. */
export function spawnNetvisCtl(words: readonly string[], environment: Readonly<Record<string, string>>): RunningCtl {
  const child = spawn(process.execPath, [join(root, 'control-plane/dist/netvis-ctl.mjs'), ...words], {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text: string) => (texts[stream] += text));
  return { child, texts };
}

async function run(words: readonly string[], environment: Readonly<Record<string, string>>): Promise<CliResult> {
  const startMs = performance.now();
  const { child, texts } = spawnNetvisCtl(words, environment);
  const exitCode = await new Promise<number>((resolve, reject) => child.once('error', reject).once('close', (code) => resolve(code ?? 1)));
  return { exitCode, ...texts, ms: performance.now() - startMs };
}
