import { type RunningCtl, readRun, spawnNetvisCtl } from '../lab/netvis-ctl.ts';
import type { Stack } from '../lab/stack.ts';
import type { Ansible } from './ansible.ts';
import { median, seconds } from './measure.ts';
import { measureRun, type RunCost } from './measured-run.ts';

/** One program's runs: milliseconds of each, in the order they were made, what was done in one, and its median costs. */
export type Side = {
  readonly ms: readonly number[];
  readonly medianMs: number;
  readonly work: number;
  readonly changed: number;
  readonly cost: RunCost;
};

/** Both programs on the same work: `work` counts our steps and Ansible's tasks. */
export type Comparison = { readonly ours: Side; readonly ansible: Side; readonly ratio: number };

export type Pair = {
  readonly stack: Stack;
  readonly ansible: Ansible;
  /** The most rounds of one comparison; fewer when another one would end after `untilMs` of the process's clock. */
  readonly runs: number;
  readonly untilMs: number;
  readonly say: (line: string) => void;
};

export type Done = { readonly ms: number; readonly work: number; readonly changed: number; readonly cost: RunCost };

/** Both programs by turns on hosts that need nothing. Throws when one of them changes anything: then the work is not the same. */
export async function compareNoop(pair: Pair): Promise<Comparison> {
  return await byTurns(pair, { expected: 0, prepare: async () => undefined });
}

/** The same after `worker_connections` of every nginx.conf was edited by hand: each puts the file back and reloads nginx. */
export async function compareChange(pair: Pair): Promise<Comparison> {
  const { stack } = pair;
  const hosts = (await stack.lab.hosts()).map(({ name }) => name).filter((name) => /^(lb|fe)\d/.test(name));
  const edit = "sed -i 's/worker_connections .*/worker_connections 333;/' /etc/nginx/nginx.conf";
  const prepare = async () => void (await Promise.all(hosts.map((host) => stack.lab.sudo(host, edit))));
  return await byTurns(pair, { expected: hosts.length, prepare });
}

type Turn = { readonly expected: number; readonly prepare: () => Promise<void> };

async function byTurns(pair: Pair, { expected, prepare }: Turn): Promise<Comparison> {
  const done: Record<'ours' | 'ansible', Done[]> = { ours: [], ansible: [] };
  const programs = { ours: () => applyOurs(pair.stack), ansible: () => playAnsible(pair.ansible) };
  const startMs = performance.now();
  for (let run = 0; run < pair.runs && hasTime(pair.untilMs, { startMs, run }); run += 1) {
    for (const name of ['ours', 'ansible'] as const) {
      await prepare();
      const one = await programs[name]();
      pair.say(`${name}: ${seconds(one.ms)}, ${one.work} done, ${one.changed} changed`);
      const enough = expected === 0 ? one.changed === 0 : one.changed >= expected;
      if (!enough) throw new Error(`${name} changed ${one.changed} instead of ${expected}`);
      done[name].push(one);
    }
  }
  return comparisonOf(done);
}

/** The first round is always made; each further one if it ends in time when it lasts as long as those before it. */
function hasTime(untilMs: number, { startMs, run }: { startMs: number; run: number }): boolean {
  return run === 0 || performance.now() + (performance.now() - startMs) / run < untilMs;
}

export function comparisonOf({ ours, ansible }: Readonly<Record<'ours' | 'ansible', readonly Done[]>>): Comparison {
  const sides = { ours: sideOf(ours), ansible: sideOf(ansible) };
  return { ...sides, ratio: sides.ansible.medianMs / sides.ours.medianMs };
}

function sideOf(runs: readonly Done[]): Side {
  const ms = runs.map((run) => run.ms);
  const middle = (pick: (cost: RunCost) => number) => median(runs.map(({ cost }) => pick(cost)));
  const cost = {
    cpuMs: middle(({ cpuMs }) => cpuMs),
    peakMb: middle(({ peakMb }) => peakMb),
    sentBytes: middle(({ sentBytes }) => sentBytes),
    receivedBytes: middle(({ receivedBytes }) => receivedBytes),
  };
  return { ms, medianMs: median(ms), work: runs[0]?.work ?? 0, changed: runs[0]?.changed ?? 0, cost };
}

export async function applyOurs(stack: Stack): Promise<Done> {
  let running: RunningCtl | undefined;
  const measured = await measureRun(stack, () => {
    running = spawnNetvisCtl(['apply', stack.inventory, '--yes', '--json'], stack.environment);
    return running.child;
  });
  const { report, stderr } = readRun({ ...(running as RunningCtl).texts, exitCode: measured.exitCode });
  if (measured.exitCode !== 0) throw new Error(`netvis-ctl ended with ${measured.exitCode}: ${JSON.stringify(report.problems)}${stderr}`);
  const work = Object.values(report.hosts).reduce((sum, { ok, changed }) => sum + ok + changed, 0);
  return { ...measured, changed: report.changed, work };
}

export async function playAnsible(ansible: Ansible): Promise<Done> {
  const { recap, ...measured } = await ansible.play();
  return { ...measured, changed: recap.changed, work: recap.ok };
}
