/** The fast part of the verdict: types, lint, structure, dead code, the model and the simulator of failover, unit tests with coverage. */
import { run, runTests } from './run.ts';
import { addTallies, closingLine, type Tally } from './tally.ts';

type Outcome = { readonly tally: Tally; readonly output: string; readonly summary: string };

const tools = [
  { name: 'types', command: ['tsc', '--project', '.'] },
  { name: 'lint', command: ['biome', 'check', '--error-on-warnings', '--colors=off', '.'] },
  { name: 'structure', command: ['node', 'scripts/structure/main.ts'] },
  { name: 'dead code', command: ['knip', '--no-progress'] },
  { name: 'model', command: ['node', 'test/model/main.ts'] },
];

/**
 * Runs every check and prints one line for each, with the whole output of those that fail.
 * A tool that fails counts as one failure; one that passes is not counted among the tests.
 */
export async function runChecks(): Promise<Tally> {
  const checked = await Promise.all(tools.map((tool) => timed(tool.name, () => runTool(tool.command))));
  const simulated = await timed('simulator', runSimulator);
  const tested = await timed('unit', runUnitTests);
  return addTallies([...checked, simulated, tested]);
}

async function runTool(command: readonly string[]): Promise<Outcome> {
  const { exitCode, output } = await run(command);
  return { tally: { passed: 0, failed: exitCode === 0 ? 0 : 1 }, output, summary: '' };
}

/** On every core by itself: within two minutes on two. */
async function runSimulator(): Promise<Outcome> {
  const outcome = await runTool(['node', 'test/simulation/main.ts', '--seeds', '10000']);
  return { ...outcome, summary: outcome.output.trimEnd().split('\n').at(-1) ?? '' };
}

async function runUnitTests(): Promise<Outcome> {
  const { tally, output } = await runTests('unit', { args: ['--coverage'] });
  const covered = /^All files\s*\|[^|]*\|[^|]*\|[^|]*\|\s*([\d.]+)/m.exec(output)?.[1];
  return { tally, output, summary: `${closingLine(tally)}${covered === undefined ? '' : `, core covered ${covered} %`}` };
}

async function timed(name: string, check: () => Promise<Outcome>): Promise<Tally> {
  const startMs = performance.now();
  const { tally, output, summary } = await check();
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  if (tally.failed > 0) console.log(output.trimEnd());
  console.log(`${tally.failed === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(10)} ${seconds.padStart(6)} s  ${summary}`.trimEnd());
  return tally;
}
