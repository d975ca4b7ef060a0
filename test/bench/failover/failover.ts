import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../../lab/stack.ts';
import { openAutoFailover } from './auto-failover.ts';
import type { FailoverRequest } from './failover-arguments.ts';
import { reportText } from './failover-report.ts';
import { type Fault, faults } from './faults.ts';
import { type Measurement, measureFault, NotWhole } from './measure-fault.ts';
import { openNetvis } from './netvis.ts';
import { openPatroni } from './patroni.ts';
import type { OpenSystem, System, SystemName } from './system.ts';

const open: Readonly<Record<SystemName, OpenSystem>> = { netvis: openNetvis, patroni: openPatroni, pg_auto_failover: openAutoFailover };

const say = (line: string) => console.error(line);

/**
 * Strikes the systems by turns, so that what else the machine does meets them alike. Each measurement is a line of the
 * report file; `--resume FILE` goes on where a file ends. A system that does not come back by itself starts anew.
 */
export async function benchFailover(request: FailoverRequest): Promise<void> {
  const file = await reportFile(request);
  const systems = await openAll(request);
  try {
    for (const turn of turnsOf(request)) {
      const system = systems.get(turn.name);
      if (system === undefined || isDone(turn, system, await measurementsIn(file))) continue;
      const isWhole = await measure(file, turn, system);
      if (!isWhole) systems.set(turn.name, await open[turn.name]({ preset: request.preset, say }));
    }
    console.log(reportText(await measurementsIn(file)));
    console.log(`\nwritten to ${file}`);
  } finally {
    if (!request.keep) for (const system of systems.values()) await system.lab.down();
  }
}

async function openAll({ systems, preset }: FailoverRequest): Promise<Map<SystemName, System>> {
  const opened = new Map<SystemName, System>();
  for (const name of systems) opened.set(name, await open[name]({ preset, say }));
  return opened;
}

type Turn = { readonly name: SystemName; readonly fault: Fault; readonly runs: number };

/** Round by round: every system once with every fault, then again, ours on until it has its own number of runs. */
function turnsOf({ systems, only, runs, peerRuns }: FailoverRequest): readonly Turn[] {
  const wanted = faults.filter(({ name }) => only.length === 0 || only.includes(name));
  return Array.from({ length: Math.max(runs, peerRuns) }, (_, round) =>
    wanted.flatMap((fault) =>
      systems
        .filter((name) => (name === 'netvis' ? round < runs : round < peerRuns && !fault.oursAlone))
        .map((name) => ({ name, fault, runs: round + 1 })),
    ),
  ).flat();
}

/** Whether the system is whole afterwards. One that was not to begin with, long after its last fault, is not measured. */
async function measure(file: string, { fault, runs }: Turn, system: System): Promise<boolean> {
  say(`${system.name}: ${fault.title} (${runs})`);
  const measured = await measureFault(system, fault, `${Date.now()}`).catch(asNotWhole);
  if (measured === null) {
    say(`${system.name}: not whole any more`);
    return false;
  }
  const isWhole = measured.protectedAgainMs !== null;
  const end = isWhole ? '' : ', not whole again';
  say(`${system.name}: gap ${Math.round(measured.gapMs)} ms, ${measured.before} → ${measured.after}, lost ${measured.lost}${end}`);
  await appendFile(file, `${JSON.stringify(measured)}\n`);
  return isWhole;
}

function asNotWhole(error: unknown): null {
  if (error instanceof NotWhole) return null;
  throw error;
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

function isDone({ fault, runs }: Turn, { name, settings }: System, done: readonly Measurement[]): boolean {
  const alike = done.filter((one) => one.system === name && one.settings === settings && one.fault === fault.name);
  return alike.length >= runs;
}
