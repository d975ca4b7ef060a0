import { seconds, tableText } from '../../bench/measure.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { blankStack } from '../blank-stack.ts';
import type { ApplyRequest } from './arguments.ts';
import { type Chain, runChain, type Undisturbed } from './chain.ts';
import { momentsOf } from './moments.ts';
import { lookMs } from './progress.ts';
import { openReport } from './report.ts';
import { readTraces } from './traces.ts';

const say = (line: string) => console.error(line);

/** Strikes first applies until enough strikes have hit; prints a table and writes the report. Whether nothing was found. */
export async function chaosApply(request: ApplyRequest): Promise<boolean> {
  const report = await openReport(`apply-${request.target}`);
  const undisturbed = await applyUndisturbed(request);
  const random = seededRandom(request.seed);
  const chains: Chain[] = [];
  for (let open = request.strikes; open > 0; open = request.strikes - hits(chains)) {
    for (const moments of momentsOf({ count: open, perChain: request.perChain, lengthMs: undisturbed.lengthMs }, random)) {
      const chain = await runChain(moments, { request, undisturbed, random });
      chains.push(chain);
      say(`chain ${chains.length}: ${chainRow(chain, 0).slice(1).join('  ')}  ${chain.findings.join('; ')}`);
      await report.save({ ...summaryOf(request, undisturbed, chains), chains });
    }
  }
  const summary = summaryOf(request, undisturbed, chains);
  console.log(summaryText(summary, chains));
  console.log(`written to ${report.path}`);
  console.log(summary.findings.length === 0 ? 'every chain ended as an undisturbed apply does' : `${summary.findings.length} findings`);
  return summary.findings.length === 0;
}

async function applyUndisturbed({ shape }: ApplyRequest): Promise<Undisturbed> {
  const stack = await blankStack(shape);
  const { report, events, ms, exitCode } = await stack.ctl.apply();
  if (exitCode !== 0) throw new Error(`the undisturbed apply ended with ${exitCode}: ${JSON.stringify(report.problems)}`);
  say(`undisturbed: ${seconds(ms)}, ${report.changed} steps`);
  return { lengthMs: Math.round(ms), lookMs: lookMs(events), traces: await readTraces(stack.lab) };
}

type Summary = ApplyRequest & {
  readonly undisturbedMs: number;
  readonly hits: number;
  /** How many strikes hit while a stage was at work. */
  readonly stages: Readonly<Record<string, number>>;
  readonly findings: readonly string[];
};

function summaryOf(request: ApplyRequest, { lengthMs }: Undisturbed, chains: readonly Chain[]): Summary {
  const stages: Record<string, number> = {};
  for (const { at } of chains.flatMap(({ strikes }) => strikes)) stages[at] = (stages[at] ?? 0) + 1;
  const findings = chains.flatMap(({ findings: found }, i) => found.map((text) => `chain ${i + 1}: ${text}`));
  return { ...request, undisturbedMs: lengthMs, hits: hits(chains), stages, findings };
}

function hits(chains: readonly Chain[]): number {
  return chains.reduce((sum, { strikes }) => sum + strikes.length, 0);
}

function summaryText({ stages, findings, undisturbedMs, hits: all, seed }: Summary, chains: readonly Chain[]): string {
  const heading = ['chain', 'strikes (at stage/steps done)', 'ended with', 'resumed', 'then apply', 'changed', 'in', 'findings'];
  const struck = Object.entries(stages).map(([stage, count]) => `${stage} ${count}`);
  return [
    tableText([heading, ...chains.map(chainRow)]),
    '',
    `struck while at: ${struck.join(', ')}`,
    `${all} strikes in ${chains.length} first applies, seed ${seed}; an undisturbed one takes ${seconds(undisturbedMs)}`,
    ...findings,
  ].join('\n');
}

function chainRow({ strikes, exits, resumed, converged, findings }: Chain, index: number): string[] {
  const ends = exits.map((exit) => (exit === null ? 'killed' : `${exit}`)).join(' ');
  const hit = strikes.map(({ at, changed }) => `${at}/${changed}`).join(' ');
  const end = [`${resumed}`, `exit ${converged.exitCode}`, `${converged.changed}`, seconds(converged.ms)];
  return [`${index + 1}`, hit, ends, ...end, `${findings.length}`];
}
