import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunReport, StoredEvent } from '../../../control-plane/src/core/run-event.ts';
import { seconds, tableText } from '../../bench/measure.ts';
import { blankStack } from '../blank-stack.ts';
import { eventsIn, type RunningCtl, spawnNetvisCtl } from '../netvis-ctl.ts';
import type { Stack } from '../stack.ts';
import { healthyStatus } from '../stack-behaviour.ts';
import type { TwoRequest } from './arguments.ts';
import { type Batch, overlaps, readBatches } from './batches.ts';
import { openReport } from './report.ts';

/** An apply that runs or has ended; `exitCode` null = killed. */
type Played = {
  readonly name: string;
  readonly exitCode: number | null;
  readonly ms: number;
  readonly run: string | null;
  readonly report: RunReport | null;
  /** What it said beside its events. */
  readonly said: string;
};
type Playing = { readonly running: RunningCtl; readonly ended: Promise<Played> };

/** Two operators: the state directories of two control machines, beside the same inventory and secrets. */
type Operators = { readonly first: string; readonly second: string };

/**
 * Applies of two operators at once: whoever comes second is refused by the name of the first or waits; one that waits
 * when the first is killed goes on alone; and two that find the same change make it once.
 */
export async function chaosTwo({ shape }: TwoRequest): Promise<boolean> {
  const report = await openReport('two');
  const stack = await blankStack(shape);
  const operators = { first: stack.environment.NETVIS_STATE_DIR ?? '', second: join(stack.lab.files.folder, 'state-two') };
  await rm(operators.second, { recursive: true, force: true });
  const played: Played[] = [];
  const findings: string[] = [];
  const say = (more: readonly string[]) => void findings.push(...more);
  const killed = await firstKilled(stack, operators, { played, say });
  await healthyStatus(stack, 120_000);
  const together = await sameChange(stack, operators, { played, say });
  const batches = await readBatches(stack.lab);
  say(overlaps(batches));
  say(afterDeath(batches, killed));
  await report.save({ shape, played: played.map(withoutEvents), killed, together, batches, findings });
  console.log(tableText([['apply', 'exit', 'time', 'changed', 'said'], ...played.map(playedRow)]));
  console.log(`${batches.length} batches on the hosts`);
  for (const finding of findings) console.log(finding);
  console.log(`written to ${report.path}`);
  return findings.length === 0;
}

type Book = { readonly played: Played[]; readonly say: (findings: readonly string[]) => void };

/** The first operator is killed in the middle while the second waits; both were refused before, by the name of the run at work. */
async function firstKilled(stack: Stack, { first, second }: Operators, { played, say }: Book): Promise<{ killed: string; heir: string }> {
  const killed = play(stack, { name: 'first operator, killed at postgres', stateDir: first });
  await untilStage(killed, 'base');
  const run = runOf(killed);
  for (const [who, stateDir] of Object.entries({ first, second })) {
    const refused = await play(stack, { name: `${who} operator meanwhile`, stateDir }).ended;
    played.push(refused);
    const said = `${JSON.stringify(refused.report?.problems ?? [])} ${refused.said}`;
    say(refused.exitCode === 5 && said.includes(run) ? [] : [`${refused.name}: exit ${refused.exitCode}, ${said} does not name ${run}`]);
  }
  const heir = play(stack, { name: 'second operator, waits', stateDir: second, words: ['--wait-lock', '900'] });
  await untilStage(killed, 'postgres');
  killed.running.child.kill('SIGKILL');
  played.push(await killed.ended, await heir.ended);
  say(expectExit(await heir.ended, 0));
  return { killed: run, heir: runOf(heir) };
}

/** Both find one file changed by hand on every host, and both set out to put it back. */
async function sameChange(stack: Stack, { first, second }: Operators, { played, say }: Book): Promise<{ changed: number }> {
  const hosts = await stack.lab.hosts();
  const edit = "sed -i 's/worker_connections .*/worker_connections 333;/' /etc/nginx/nginx.conf";
  await Promise.all(hosts.map(({ name }) => stack.lab.inside(name, edit)));
  const words = ['--wait-lock', '300'];
  const both = [first, second].map((stateDir, i) => play(stack, { name: `both at once, ${i + 1}`, stateDir, words }));
  const ended = await Promise.all(both.map((one) => one.ended));
  played.push(...ended);
  const changed = ended.reduce((sum, { report }) => sum + (report?.changed ?? 0), 0);
  say([
    ...ended.flatMap((one) => expectExit(one, 0)),
    ...(ended.some(({ report }) => report?.changed === 0) ? [] : ['both changed the hosts']),
  ]);
  return { changed };
}

function play(stack: Stack, { name, stateDir, words = [] }: { name: string; stateDir: string; words?: readonly string[] }): Playing {
  const startMs = performance.now();
  const argv = ['apply', stack.inventory, '--yes', '--json', ...words];
  const running = spawnNetvisCtl(argv, { ...stack.environment, NETVIS_STATE_DIR: stateDir });
  const ended = new Promise<Played>((resolve, reject) => {
    running.child.once('error', reject).once('close', (exitCode) => {
      const last = eventsIn(running.texts.stdout).at(-1);
      const report = last?.event === 'report' ? last : null;
      resolve({ name, exitCode, ms: performance.now() - startMs, run: runIn(running), report, said: running.texts.stderr });
    });
  });
  return { running, ended };
}

/** Waits until a run says that a stage begins; throws when it ends before. */
async function untilStage({ running, ended }: Playing, stage: string): Promise<void> {
  const begun = (event: StoredEvent) => event.event === 'stage' && event.stage === stage && event.state === 'start';
  const seen = new Promise<true>((resolve) => {
    running.child.stdout?.on('data', () => eventsIn(running.texts.stdout).some(begun) && resolve(true));
  });
  if ((await Promise.race([seen, ended])) !== true) throw new Error(`the run ended before the stage ${stage}:\n${running.texts.stderr}`);
}

function runOf({ running }: Playing): string {
  const run = runIn(running);
  if (run === null) throw new Error('the run did not tell its name');
  return run;
}

function runIn({ texts }: RunningCtl): string | null {
  const [first] = eventsIn(texts.stdout);
  return first?.event === 'run' ? first.run : null;
}

function expectExit({ name, exitCode, report }: Played, expected: number): string[] {
  return exitCode === expected ? [] : [`${name}: exit ${exitCode}, ${JSON.stringify(report?.problems ?? [])}`];
}

/** Nothing of a killed run may begin after its heir's first batch began anywhere. */
function afterDeath(batches: readonly Batch[], { killed, heir }: { killed: string; heir: string }): string[] {
  const firstMs = Math.min(...batches.filter(({ run }) => run === heir).map(({ fromMs }) => fromMs));
  return batches
    .filter(({ run, untilMs }) => run === killed && untilMs > firstMs)
    .map(({ host, stage }) => `${host}: the killed run's batch of ${stage} was still at work when the heir began`);
}

function withoutEvents({ name, exitCode, ms, run, report }: Played) {
  return { name, exitCode, ms: Math.round(ms), run, changed: report?.changed ?? null, problems: report?.problems ?? [] };
}

function playedRow(played: Played): string[] {
  const { name, exitCode, ms, changed, problems } = withoutEvents(played);
  return [
    name,
    exitCode === null ? 'killed' : `${exitCode}`,
    seconds(ms),
    `${changed ?? ''}`,
    problems.map(({ message }) => message).join('; '),
  ];
}
