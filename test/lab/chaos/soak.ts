import { setTimeout as delay } from 'node:timers/promises';
import { type Measurement, measureFault } from '../../bench/failover/measure-fault.ts';
import { openNetvis } from '../../bench/failover/netvis.ts';
import { seconds, tableText } from '../../bench/measure.ts';
import { type RandomNumbers, seededRandom } from '../../support/seeded-random.ts';
import type { SoakRequest } from './arguments.ts';
import { startLoad } from './load.ts';
import type { SoakFault } from './on-host.ts';
import { openReport } from './report.ts';
import { soakFaults } from './soak-faults.ts';
import { type SoakSummary, summaryOf } from './soak-summary.ts';

const say = (line: string) => console.error(line);

/** A pause in which the cluster is to be seen idle, so that faults do not follow one another at one rhythm. */
const mostPauseMs = 5000;

/**
 * Strikes a cluster with random faults for so many minutes, a writer on every database host all the while, and reports
 * what it cost. Ends early when the cluster does not become whole again. Whether nothing was found.
 */
export async function chaosSoak(request: SoakRequest): Promise<boolean> {
  const { preset, seed, minutes } = request;
  const report = await openReport(`soak-${preset}`);
  const system = await openNetvis({ preset, say });
  const wanted = soakFaults.filter(({ name }) => request.only.length === 0 || request.only.includes(name));
  const random = seededRandom(seed);
  const load = startLoad(request.load);
  const measured: Measurement[] = [];
  const broken: string[] = [];
  const save = async () => await report.save({ ...request, ...summaryOf(measured, broken), measured });
  try {
    for (const endMs = Date.now() + minutes * 60_000; Date.now() < endMs && broken.length === 0; await save()) {
      const fault = pick(wanted, random);
      await delay(random() * mostPauseMs);
      const struck = await measureFault(system, fault, `${Date.now()}`).catch((error: Error) => error);
      if (!(struck instanceof Error)) measured.push(struck);
      const flaw = flawOf(struck);
      if (flaw !== null) broken.push(`${fault.title}: ${flaw}`);
      say(lineOf(fault, struck));
    }
  } finally {
    load.end();
  }
  const summary = summaryOf(measured, broken);
  console.log(soakText(summary));
  console.log(`written to ${report.path}`);
  return summary.findings.length === 0;
}

/** Why the soak cannot go on after a fault; null where it can. */
function flawOf(struck: Measurement | Error): string | null {
  if (struck instanceof Error) return struck.message;
  return struck.protectedAgainMs === null ? 'not whole within three minutes' : null;
}

function pick(wanted: readonly SoakFault[], random: RandomNumbers): SoakFault {
  const fault = wanted[Math.floor(random() * wanted.length)];
  if (fault === undefined) throw new Error('there is no fault to strike with');
  return fault;
}

function lineOf({ title }: SoakFault, struck: Measurement | Error): string {
  if (struck instanceof Error) return `${title}: ${struck.message}`;
  return `${title}: gap ${Math.round(struck.gapMs)} ms, ${struck.before} → ${struck.after}, lost ${struck.lost}, two writable ${struck.doubleAcks}`;
}

function soakText({ faults, findings, ...sums }: SoakSummary): string {
  const rows = faults.map(({ title, struck, moved, gapsMs }) => [
    title,
    `${struck}`,
    `${moved}`,
    ...[gapsMs.p50, gapsMs.p99, gapsMs.max].map(seconds),
  ]);
  return [
    tableText([['fault', 'struck', 'primary moved', 'gap p50', 'p99', 'max'], ...rows]),
    '',
    `${sums.struck} faults, ${sums.failovers} failovers, ${sums.falseFailovers} false ones`,
    `${sums.acknowledged} rows acknowledged, ${sums.lost} lost, ${sums.doubleAcks} acknowledged by a second server`,
    `gaps p50 ${seconds(sums.gapsMs.p50)}, p99 ${seconds(sums.gapsMs.p99)}, max ${seconds(sums.gapsMs.max)}`,
    ...findings,
  ].join('\n');
}
