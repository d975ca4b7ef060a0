import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../../lab/stack.ts';
import { openAutoFailover } from './auto-failover.ts';
import type { FailoverRequest } from './failover-arguments.ts';
import { reportText } from './failover-report.ts';
import { type Fault, faults } from './faults.ts';
import { type Measurement, measureFault } from './measure-fault.ts';
import { openNetvis } from './netvis.ts';
import { openPatroni } from './patroni.ts';
import type { OpenSystem, System, SystemName } from './system.ts';

const open: Readonly<Record<SystemName, OpenSystem>> = { netvis: openNetvis, patroni: openPatroni, pg_auto_failover: openAutoFailover };

const say = (line: string) => console.error(line);

/**
 * Strikes the systems by turns, so that what else the machine does meets them alike. Each measurement is a line of the
 * report file; `--resume FILE` goes on where a file ends.
 */
export async function benchFailover(request: FailoverRequest): Promise<void> {
  const file = await reportFile(request);
  const systems = await openAll(request);
  try {
    for (const turn of turnsOf(request, systems)) {
      const done = await measurementsIn(file);
      if (done.filter((one) => isOf(one, turn)).length >= turn.runs) continue;
      await measure(file, turn);
    }
    console.log(reportText(await measurementsIn(file)));
    console.log(`\nwritten to ${file}`);
  } finally {
    if (!request.keep) for (const system of systems) await system.lab.down();
  }
}

async function openAll({ systems, preset }: FailoverRequest): Promise<System[]> {
  const opened: System[] = [];
  for (const name of systems) opened.push(await open[name]({ preset, say }));
  return opened;
}

type Turn = { readonly system: System; readonly fault: Fault; readonly runs: number };

/** Round by round: every system once with every fault, then again, ours on until it has its own number of runs. */
function turnsOf({ only, runs, peerRuns }: FailoverRequest, systems: readonly System[]): readonly Turn[] {
  const wanted = faults.filter(({ name }) => only.length === 0 || only.includes(name));
  return Array.from({ length: Math.max(runs, peerRuns) }, (_, round) =>
    wanted.flatMap((fault) =>
      systems
        .filter((system) => (system.name === 'netvis' ? round < runs : round < peerRuns && !fault.oursAlone))
        .map((system) => ({ system, fault, runs: round + 1 })),
    ),
  ).flat();
}

async function measure(file: string, { system, fault, runs }: Turn): Promise<void> {
  say(`${system.name}: ${fault.title} (${runs})`);
  const measured = await measureFault(system, fault, `${Date.now()}`);
  say(`${system.name}: gap ${Math.round(measured.gapMs)} ms, ${measured.before} → ${measured.after}, lost ${measured.lost}`);
  await appendFile(file, `${JSON.stringify(measured)}\n`);
}

async function reportFile({ resume }: FailoverRequest): Promise<string> {
  if (resume) return resume;
  const folder = join(repository, '.netvis/bench');
  await mkdir(folder, { recursive: true });
  return join(folder, `failover-${new Date().toISOString().replaceAll(':', '-')}.jsonl`);
}

async function measurementsIn(file: string): Promise<readonly Measurement[]> {
  if (!existsSync(file)) return [];
  const lines = (await readFile(file, 'utf8')).split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Measurement);
}

function isOf(one: Measurement, { system, fault }: Turn): boolean {
  return one.system === system.name && one.settings === system.settings && one.fault === fault.name;
}
