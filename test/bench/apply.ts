import { openLab } from '../lab/lab.ts';
import { openStack, type Stack } from '../lab/stack.ts';
import { type Comparison, compareChange, compareNoop, type Side } from './against-ansible.ts';
import { openAnsible } from './ansible.ts';
import { installAnsible } from './ansible-setup.ts';
import type { ApplyRequest, Part } from './arguments.ts';
import { compareFirst, type FirstApply } from './first-apply.ts';
import { type LiveSite, readLiveSite } from './live-site.ts';
import { seconds, tableText } from './measure.ts';
import { saveReport } from './save-report.ts';
import { measureScale, type ScalePoint } from './scale.ts';

/** What one benchmark run found; parts that were not asked for are absent. Times are milliseconds. */
export type ApplyReport = {
  readonly ansible?: { readonly version: string; readonly tasks: number; readonly leftOut: Readonly<Record<string, number>> };
  readonly first?: FirstApply;
  readonly noop?: Comparison;
  readonly change?: Comparison;
  readonly scale?: readonly ScalePoint[];
};

/** Since the process began; a slow machine gets fewer rounds, so that all of it ends within a quarter of an hour. */
const budgetMs = 8 * 60_000;

const say = (line: string) => console.error(line);

/** Boots the lab, applies the stack, measures, prints a table, writes the report and takes the lab down. */
export async function benchApply(request: ApplyRequest): Promise<void> {
  try {
    const first = request.parts.includes('first') ? { first: await compareFirst(say) } : {};
    const stack = await openStack('full');
    // Secrets and state of the lab are the bench's own too.
    Object.assign(process.env, stack.environment);
    await settle(stack);
    const live = await readLiveSite(stack);
    const compared = request.parts.some((part) => part === 'noop' || part === 'change') ? await againstAnsible(stack, live, request) : {};
    const scale = request.parts.includes('scale') ? { scale: await measureScale({ stack, live, counts: request.hosts, say }) } : {};
    await tell({ ...first, ...compared, ...scale });
  } finally {
    if (!request.keep) await openLab({ shape: 'full' }).down();
  }
}

/** Applies until nothing is to do. */
async function settle(stack: Stack): Promise<void> {
  for (let tries = 0; tries < 3; tries += 1) {
    const { report, ms } = await stack.ctl.apply();
    say(`apply: ${report.changed} changed in ${seconds(ms)}`);
    if (report.outcome === 'done' && report.changed === 0) return;
  }
  throw new Error('apply does not settle');
}

async function againstAnsible(stack: Stack, live: LiveSite, { parts, runs }: ApplyRequest): Promise<Partial<ApplyReport>> {
  say('installing Ansible, and Python on the hosts');
  await installAnsible(stack);
  const ansible = await openAnsible(stack, live);
  try {
    const pair = { stack, ansible, runs, untilMs: budgetMs, say };
    const wanted = (part: Part) => parts.includes(part);
    return {
      ansible: { version: ansible.version, tasks: ansible.site.tasks, leftOut: ansible.site.leftOut },
      ...(wanted('noop') ? { noop: await compareNoop(pair) } : {}),
      ...(wanted('change') ? { change: await compareChange({ ...pair, runs: 1 }) } : {}),
    };
  } finally {
    await ansible.close();
  }
}

async function tell(report: ApplyReport): Promise<void> {
  console.log(reportText(report));
  console.log(`\nwritten to ${await saveReport('apply', report)}`);
  console.log(`no-op ratio: ${report.noop ? report.noop.ratio.toFixed(1) : 'not measured'}`);
}

function reportText({ ansible, first, noop, change, scale }: ApplyReport): string {
  const compared = { 'first apply, 13 blank hosts': first, 'no-op, 13 hosts': noop, 'one template changed by hand': change };
  const rows = Object.entries(compared).flatMap(([name, one]) => (one ? comparisonRows(name, one) : []));
  const leftOut = ansible && Object.entries(ansible.leftOut).map(([kind, count]) => `${kind} ${count}`);
  return [
    ...(rows.length > 0 ? [tableText([comparisonHeading, ...rows])] : []),
    ...(first ? [`after Ansible's first apply netvis-ctl still changed ${first.leftToDo} steps`] : []),
    ...(ansible ? [`${ansible.version}; steps Ansible has no equal for in the lower comparisons: ${leftOut?.join(', ')}`] : []),
    ...(scale ? ['', tableText([scaleHeading, ...scale.map(scaleRow)])] : []),
  ].join('\n');
}

const comparisonHeading = ['median', 'time', 'ratio', 'steps or tasks', 'changed', 'CPU here', 'memory', 'sent', 'received'];

function comparisonRows(name: string, { ours, ansible, ratio }: Comparison): string[][] {
  return [
    [`${name}: netvis-ctl`, ...sideCells(ours, '')],
    [`${name}: Ansible`, ...sideCells(ansible, ratio.toFixed(1))],
  ];
}

function sideCells({ medianMs, work, changed, cost }: Side, ratio: string): string[] {
  const costs = [seconds(cost.cpuMs), `${Math.round(cost.peakMb)} MB`, megabytes(cost.sentBytes), megabytes(cost.receivedBytes)];
  return [seconds(medianMs), ratio, `${work}`, `${changed}`, ...costs];
}

const scaleHeading = ['no-op, simulated hosts', 'time', 'per host', 'CPU', 'memory', 'sent', 'received', 'CPU of the hosts'];

function scaleRow({ hosts, ms, cpuMs, peakMb, sentBytes, receivedBytes, hostsCpuMs }: ScalePoint): string[] {
  const each = [seconds(ms), `${(ms / hosts).toFixed(1)} ms`, seconds(cpuMs), `${Math.round(peakMb)} MB`];
  return [`${hosts}`, ...each, megabytes(sentBytes), megabytes(receivedBytes), seconds(hostsCpuMs)];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
