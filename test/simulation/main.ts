/** `npm run simulate`: the failover protocol under faults in virtual time, seed by seed. */
import { endWith } from '../support/command-line.ts';
import { parseArguments, type Request } from './run/arguments.ts';
import type { Tally } from './run/run-seeds.ts';
import { shrink } from './run/shrink.ts';
import { spread } from './run/spread.ts';
import { subjectOf } from './run/subject.ts';

/** How many failures are named beside the one that is shown in full. */
const namedAtMost = 20;

try {
  const request = parseArguments(process.argv.slice(2));
  const startMs = performance.now();
  const tally = await spread({ from: request.from, count: request.seeds, bounds: request.bounds, mutant: request.mutant }, request.jobs);
  report(request, tally, (performance.now() - startMs) / 1000);
} catch (error) {
  endWith(error);
}

function report(request: Request, tally: Tally, seconds: number): void {
  const { runs, promotions, acknowledged, failures } = tally;
  const [first] = failures;
  if (first !== undefined) showSmallest(first.seed, request);
  for (const { seed, message } of failures.slice(0, namedAtMost)) console.log(`seed ${seed}: ${message}`);
  console.log(
    `${runs} seeds in ${seconds.toFixed(1)} s: ${promotions} promotions, ${acknowledged} rows acknowledged, ${failures.length} failures`,
  );
  process.exitCode = failures.length === 0 ? 0 : 1;
}

function showSmallest(seed: number, { bounds, mutant }: Request): void {
  const shrunk = shrink(seed, bounds, subjectOf(mutant));
  if (shrunk === null) return;
  console.log(shrunk.outcome.world.trace.lines.join('\n'));
  console.log(`\nseed ${seed}, smallest schedule:\n${JSON.stringify(shrunk.scenario)}\n${shrunk.outcome.violation?.message}\n`);
}
