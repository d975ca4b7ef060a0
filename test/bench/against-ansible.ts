import type { Stack } from '../lab/stack.ts';
import type { Ansible } from './ansible.ts';
import { median, seconds } from './measure.ts';

/** One comparison: milliseconds of each run, in the order they were made, and what was done in one. */
export type Comparison = {
  readonly ours: { readonly ms: readonly number[]; readonly steps: number; readonly changed: number };
  readonly ansible: { readonly ms: readonly number[]; readonly tasks: number; readonly changed: number };
  readonly medians: { readonly ours: number; readonly ansible: number };
  readonly ratio: number;
};

export type Pair = {
  readonly stack: Stack;
  readonly ansible: Ansible;
  /** The most rounds of one comparison; fewer when another one would end after `untilMs` of the process's clock. */
  readonly runs: number;
  readonly untilMs: number;
  readonly say: (line: string) => void;
};

type Done = { readonly ms: number; readonly work: number; readonly changed: number };

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

function comparisonOf({ ours, ansible }: Readonly<Record<'ours' | 'ansible', readonly Done[]>>): Comparison {
  const times = { ours: ours.map(({ ms }) => ms), ansible: ansible.map(({ ms }) => ms) };
  const medians = { ours: median(times.ours), ansible: median(times.ansible) };
  return {
    ours: { ms: times.ours, steps: ours[0]?.work ?? 0, changed: ours[0]?.changed ?? 0 },
    ansible: { ms: times.ansible, tasks: ansible[0]?.work ?? 0, changed: ansible[0]?.changed ?? 0 },
    medians,
    ratio: medians.ansible / medians.ours,
  };
}

async function applyOurs(stack: Stack): Promise<Done> {
  const { ms, report, exitCode, stderr } = await stack.ctl.apply();
  if (exitCode !== 0) throw new Error(`netvis-ctl ended with ${exitCode}: ${JSON.stringify(report.problems)}${stderr}`);
  const sums = Object.values(report.hosts);
  return { ms, changed: report.changed, work: sums.reduce((sum, { ok, changed }) => sum + ok + changed, 0) };
}

async function playAnsible(ansible: Ansible): Promise<Done> {
  const { ms, recap } = await ansible.play();
  return { ms, changed: recap.changed, work: recap.ok };
}
