import { readdir } from 'node:fs/promises';
import type { RunReport } from '../../../control-plane/src/core/run-event.ts';
import type { RandomNumbers } from '../../support/seeded-random.ts';
import { blankStack } from '../blank-stack.ts';
import { eventsIn } from '../netvis-ctl.ts';
import type { Stack } from '../stack.ts';
import { healthyStatus } from '../stack-behaviour.ts';
import type { ApplyRequest } from './arguments.ts';
import { changedIdentities, foreignTraces, repeatedSteps } from './findings.ts';
import { strikerOf } from './strikers.ts';
import { type Strike, strikeApply } from './struck-apply.ts';
import { readTraces, type Traces } from './traces.ts';

/** An undisturbed first apply: how long it lasted, how long it looked before its first change, and what it left. */
export type Undisturbed = { readonly lengthMs: number; readonly lookMs: number; readonly traces: Traces };

/** A first apply that was struck time and again, then let be. */
export type Chain = {
  readonly strikes: readonly Strike[];
  /** How the struck applies ended: exit codes, null = killed. */
  readonly exits: readonly (number | null)[];
  /** How many of them went on with the one before by `--resume last`. */
  readonly resumed: number;
  readonly converged: { readonly exitCode: number; readonly changed: number; readonly ms: number };
  /** Everything that is not as after an undisturbed apply; empty = as it should be. */
  readonly findings: readonly string[];
};

type Struck = { readonly request: ApplyRequest; readonly undisturbed: Undisturbed; readonly random: RandomNumbers };

/** Applies to blank hosts, strikes at the moments (milliseconds of an undisturbed apply), applies once more and looks. */
export async function runChain(moments: readonly number[], struck: Struck): Promise<Chain> {
  const stack = await blankStack(struck.request.shape);
  const { strikes, exits, resumed } = await strikeAll(stack, moments, struck);
  const last = await stack.ctl.apply('--wait-lock', '60');
  const converged = { exitCode: last.exitCode, changed: last.report.changed, ms: Math.round(last.ms) };
  const findings = [...unsettled('apply', last, null), ...(await lookAfter(stack, struck.undisturbed))];
  return { strikes, exits, resumed, converged, findings };
}

/**
 * A kill ends an apply, so each has one strike; all else it must bear as often as it comes. After a kill users go on with
 * the run or apply anew: by turns.
 */
async function strikeAll(stack: Stack, moments: readonly number[], { request, undisturbed, random }: Struck) {
  const strikes: Strike[] = [];
  const exits: (number | null)[] = [];
  const striker = strikerOf(request.target, stack, random);
  let pastMs: number | null = null;
  let resumed = 0;
  for (let open = moments; open.length > 0 && exits.at(-1) !== 0; ) {
    // A later apply first looks at the hosts, then goes on about where the one before it was struck.
    const again = pastMs === null ? 0 : random() * undisturbed.lookMs - pastMs;
    const afterMs = open.slice(0, request.target === 'ctl' ? 1 : open.length).map((moment) => moment + again);
    const from = pastMs === null ? 'start' : 'first-event';
    const resume = random() < 0.5 && (await leftARun(stack, exits));
    resumed += Number(resume);
    const struck = await strikeApply({ inventory: stack.inventory, environment: stack.environment, afterMs, from, resume, striker });
    strikes.push(...struck.strikes);
    exits.push(struck.exitCode);
    const done: number = Math.max(1, struck.strikes.length);
    pastMs = open[done - 1] ?? pastMs;
    open = open.slice(done);
  }
  return { strikes, exits, resumed };
}

/** The apply before was killed, and not before it had a name. */
async function leftARun(stack: Stack, exits: readonly (number | null)[]): Promise<boolean> {
  return exits.at(-1) === null && (await listApplies(stack)).length > 0;
}

/** A second apply changes nothing, nothing drifts, all is well, nothing is left over, nothing was done twice. */
async function lookAfter(stack: Stack, undisturbed: Undisturbed): Promise<string[]> {
  const before = await readTraces(stack.lab);
  const second = await stack.ctl.apply();
  const drift = await stack.ctl('drift', stack.inventory, '--json');
  const ill = await healthyStatus(stack, 60_000).then(
    () => [],
    (error: Error) => [`status: ${error.message}`],
  );
  const after = await readTraces(stack.lab);
  return [
    ...unsettled('second apply', second, 0),
    ...(drift.exitCode === 0 ? [] : [`drift ends with ${drift.exitCode}`]),
    ...ill,
    ...foreignTraces(after, undisturbed.traces),
    ...changedIdentities(before, after),
    ...repeatedSteps(await storedRuns(stack)).map((step) => `repeated ${step}`),
    ...(await leftHere(stack)),
  ];
}

function unsettled(name: string, { exitCode, report }: { exitCode: number; report: RunReport }, changed: number | null): string[] {
  const problems = report.problems.map(({ code, message }) => `${name}: ${code} ${message}`);
  return [
    ...(exitCode === 0 ? [] : [`${name} ends with ${exitCode}`, ...problems]),
    ...(changed === null || report.changed === changed ? [] : [`${name} changed ${report.changed}`]),
  ];
}

/** The events of every apply of the state directory. */
async function storedRuns(stack: Stack) {
  const ids = await listApplies(stack);
  return await Promise.all(ids.map(async (id) => eventsIn((await stack.ctl('runs', 'logs', id, '--json')).stdout)));
}

async function listApplies(stack: Stack): Promise<readonly string[]> {
  const { stdout } = await stack.ctl('runs', 'list', '--json');
  const runs = stdout.split('\n').filter(Boolean);
  return runs.map((line) => JSON.parse(line) as { id: string; mode: string }).flatMap(({ id, mode }) => (mode === 'apply' ? [id] : []));
}

/** Half-written files on this side: each bears `.new` until it is whole. */
async function leftHere(stack: Stack): Promise<string[]> {
  const names = await readdir(stack.lab.files.folder, { recursive: true });
  return names.filter((name) => name.endsWith('.new')).map((name) => `left here ${name}`);
}
