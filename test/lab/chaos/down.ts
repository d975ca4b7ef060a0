import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { StoredEvent } from '../../../control-plane/src/core/run-event.ts';
import { seconds, tableText } from '../../bench/measure.ts';
import { blankStack } from '../blank-stack.ts';
import { changedSteps } from '../changed-steps.ts';
import { type CliResult, eventsIn, type NetvisCtl, netvisCtl, type RunResult, spawnNetvisCtl } from '../netvis-ctl.ts';
import { repository, type Stack } from '../stack.ts';
import { healthyStatus } from '../stack-behaviour.ts';
import type { DownRequest } from './arguments.ts';
import { openReport } from './report.ts';
import { applyWords } from './struck-apply.ts';

/** One apply of the scenario: how it ended and what is not as it should be. */
type Act = {
  readonly name: string;
  readonly exitCode: number;
  readonly ms: number;
  readonly changed: Readonly<Record<string, number>>;
  readonly advice: readonly string[];
  readonly findings: readonly string[];
};

/** One host goes off in the middle of a first apply, and is off during a later change: the others are served, and it is when it is back. */
export async function chaosDown({ shape, host, stage }: DownRequest): Promise<boolean> {
  const report = await openReport('down');
  const stack = await blankStack(shape);
  const acts: Act[] = [];
  const play: Play = async (name, apply, expected) => {
    acts.push(actOf(name, await apply, { ...expected, host }));
    await report.save({ shape, host, stage, acts });
  };
  await play(`first apply, ${host} goes off at ${stage}`, applyWhileCut(stack, { host, stage }), { exitCode: 4 });
  await play(`again while ${host} is off`, stack.ctl.apply(), { exitCode: 4, changed: 0 });
  await bringBack(stack, { host, ctl: stack.ctl, play });
  await stack.lab.kill(host);
  const changed = await changedInventory(stack);
  const ctl = netvisCtl(changed, stack.environment);
  await play(`another preset while ${host} is off`, ctl.apply(), { exitCode: 4 });
  await bringBack(stack, { host, ctl, play });
  await rm(changed);
  console.log(tableText([['apply', 'exit', 'time', 'changed', 'findings'], ...acts.map(actRow)]));
  for (const { name, advice, findings } of acts) for (const line of [...advice, ...findings]) console.log(`${name}: ${line}`);
  console.log(`written to ${report.path}`);
  return acts.every(({ findings }) => findings.length === 0);
}

type Play = (name: string, apply: Promise<RunResult>, expected: Expected) => Promise<void>;

async function bringBack(stack: Stack, { host, ctl, play }: { host: string; ctl: NetvisCtl; play: Play }): Promise<void> {
  await stack.lab.boot(host);
  await play(`${host} is back`, ctl.apply(), { exitCode: 0 });
  await play('again', ctl.apply(), { exitCode: 0, changed: 0 });
  await healthyStatus(stack, 120_000);
}

type Expected = { readonly exitCode: number; readonly changed?: number };

function actOf(name: string, run: RunResult, { exitCode, changed, host }: Expected & { host: string }): Act {
  const advice = run.report.problems.map(({ code, message, hint }) => `${code} ${message}${hint ? ` (${hint})` : ''}`);
  const counts = Object.fromEntries(Object.entries(run.report.hosts).map(([each, sums]) => [each, sums.changed]));
  return {
    name,
    exitCode: run.exitCode,
    ms: Math.round(run.ms),
    changed: counts,
    advice,
    findings: [
      ...(run.exitCode === exitCode ? [] : [`ended with ${run.exitCode}, not ${exitCode}`]),
      ...(changed === undefined || run.report.changed === changed ? [] : [`changed ${JSON.stringify(changedSteps(run.events))}`]),
      ...(exitCode === 4 && !run.report.problems.some((problem) => problem.host === host && problem.hint?.includes(host))
        ? [`no advice names ${host}`]
        : []),
      ...othersInTrouble(run, host),
    ],
  };
}

/** Every other host must have come to its end: no step of it failed. */
function othersInTrouble({ report }: RunResult, host: string): string[] {
  return Object.entries(report.hosts)
    .filter(([name, { failed }]) => name !== host && failed > 0)
    .map(([name, { failed }]) => `${failed} steps failed on ${name}`);
}

/** Starts an apply and cuts the power of a host when a stage begins there. */
async function applyWhileCut(stack: Stack, { host, stage }: { host: string; stage: string }): Promise<RunResult> {
  const startMs = performance.now();
  const { child, texts } = spawnNetvisCtl(applyWords(stack.inventory), stack.environment);
  const begun = (events: readonly StoredEvent[]) =>
    events.some((event) => event.event === 'stage' && event.stage === stage && event.state === 'start' && event.hosts.includes(host));
  let off: Promise<unknown> | null = null;
  child.stdout?.on('data', () => {
    if (off === null && begun(eventsIn(texts.stdout))) off = stack.lab.kill(host);
  });
  const exitCode = await new Promise<number>((resolve, reject) =>
    child.once('error', reject).once('close', (code) => resolve(code ?? 255)),
  );
  await off;
  const events = eventsIn(texts.stdout);
  const report = events.at(-1);
  const result: CliResult = { exitCode, ...texts, ms: performance.now() - startMs };
  if (report?.event === 'report') return { ...result, events, report };
  throw new Error(`apply printed no report:\n${texts.stdout.slice(-2000)}${texts.stderr}`);
}

/** The inventory with another preset: timings of etcd, Sentinel, keepalived and agents change. */
async function changedInventory({ lab, inventory }: Stack): Promise<string> {
  const text = await readFile(resolve(repository, inventory), 'utf8');
  const copy = join(repository, 'inventory', `.${lab.name}-${lab.shape}-changed.yaml`);
  await writeFile(copy, text.replace('preset: balanced', 'preset: wide'));
  return copy;
}

function actRow({ name, exitCode, ms, changed, findings }: Act): string[] {
  const counts = Object.entries(changed).map(([host, count]) => `${host} ${count}`);
  return [name, `${exitCode}`, seconds(ms), counts.join(' '), `${findings.length}`];
}
