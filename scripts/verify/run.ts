/** Runs the project's tools as child processes. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Tally, tallyOf, type VitestReport } from './tally.ts';

export const root = join(import.meta.dirname, '../..');

/** Runs a command at the root. Its output comes back, or goes straight to the terminal when `show` is set. */
export function run(command: readonly string[], options: { show?: boolean } = {}): Promise<{ exitCode: number; output: string }> {
  const [program = '', ...args] = command;
  const child = spawn(
    program,
    args,
    options.show ? { cwd: root, stdio: 'inherit' } : { cwd: root, env: plainEnv(), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ exitCode: code ?? 1, output }));
  });
}

/** What is captured is shown only after a failure, as plain text. */
function plainEnv(): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _, ...env } = process.env;
  return { ...env, NO_COLOR: '1' };
}

/** Runs one of vitest's projects and counts its tests. */
export async function runTests(
  project: string,
  options: { args?: readonly string[]; show?: boolean } = {},
): Promise<{ tally: Tally; output: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'netvis-ctl-tests-'));
  try {
    const report = join(folder, 'report.json');
    const reporters = [`--reporter=${options.show ? 'default' : 'dot'}`, '--reporter=json', `--outputFile.json=${report}`];
    const { exitCode, output } = await run(
      ['vitest', 'run', '--project', project, '--passWithNoTests', ...reporters, ...(options.args ?? [])],
      options,
    );
    return { tally: tallyOf(await readReport(report), exitCode), output };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function readReport(path: string): Promise<VitestReport | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    console.error(`no test report: ${error}`);
    return null;
  }
}
