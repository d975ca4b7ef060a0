import { setTimeout as delay } from 'node:timers/promises';
import { blankStack } from '../lab/blank-stack.ts';
import type { Lab } from '../lab/lab.ts';
import type { AgentsRequest } from './arguments.ts';
import { inside } from './failover/inside-host.ts';
import { sum, tableText } from './measure.ts';
import { saveReport } from './save-report.ts';

/** What an agent and the programs it runs take of their host while nothing happens. */
export type AgentCost = {
  readonly host: string;
  /** Of one processor, over the time that was watched. */
  readonly cpuPercent: number;
  /** Resident memory at its end, and the most there ever was. */
  readonly rssMb: number;
  readonly peakMb: number;
};

/** A first apply keeps the agents busy for a while. */
const restMs = 60_000;
const say = (line: string) => console.error(line);

/** A first apply on the full lab, a minute's rest, and then so many seconds in which every agent is watched. */
export async function benchAgents({ seconds, keep }: AgentsRequest): Promise<void> {
  const stack = await blankStack('full');
  try {
    const { report } = await stack.ctl.apply();
    if (report.outcome !== 'done') throw new Error(`the first apply ended as ${report.outcome}`);
    say(`${report.changed} changed; the hosts rest`);
    await delay(restMs);
    const before = await readAgents(stack.lab);
    await delay(seconds * 1000);
    await tell(costsBetween(before, await readAgents(stack.lab)), seconds);
  } finally {
    if (!keep) await stack.lab.down();
  }
}

/** One look at an agent with its helpers: seconds since the host's kernel started, and of processor time since the agent did. */
export type AgentSight = {
  readonly host: string;
  readonly pid: number;
  readonly atSeconds: number;
  readonly cpuSeconds: number;
  readonly rssMb: number;
  readonly peakMb: number;
};

/** The agent's process with the programs it ran to their end, then those that run beside it. */
const look = `p=$(systemctl show -p MainPID --value netvis-agent)
cut -d' ' -f1 /proc/uptime; cut -d' ' -f1,14-17 /proc/$p/stat
awk '/^Vm(HWM|RSS):/ { print $2 }' /proc/$p/status
for c in $(pgrep -P $p); do cut -d' ' -f14,15 /proc/$c/stat; awk '/^Vm(HWM|RSS):/ { print $2 }' /proc/$c/status; done`;

async function readAgents(lab: Lab): Promise<readonly AgentSight[]> {
  return await Promise.all((await lab.hosts()).map(async ({ name }) => parseSight(name, await inside(lab, name, look))));
}

/** Reads what `look` prints; the kernel counts processor time in hundredths of a second. Throws when an agent was not there. */
export function parseSight(host: string, text: string): AgentSight {
  const [atSeconds, pid, ...numbers] = text.trim().split(/\s+/).map(Number);
  const [main, memory, beside] = [numbers.slice(0, 4), numbers.slice(4, 6), numbers.slice(6)];
  if (atSeconds === undefined || pid === undefined || memory.length < 2) throw new Error(`${host} has no agent: ${text}`);
  const besideAt = (...places: readonly number[]) => sum(beside.filter((_, index) => places.includes(index % 4)));
  return {
    ...{ host, pid, atSeconds },
    cpuSeconds: (sum(main) + besideAt(0, 1)) / 100,
    rssMb: ((memory[1] ?? 0) + besideAt(3)) / 1024,
    peakMb: ((memory[0] ?? 0) + besideAt(2)) / 1024,
  };
}

/** Those that took most first. Throws when an agent is another one than before. */
export function costsBetween(before: readonly AgentSight[], after: readonly AgentSight[]): readonly AgentCost[] {
  const costs = after.map(({ host, pid, atSeconds, cpuSeconds, rssMb, peakMb }) => {
    const first = before.find((sight) => sight.host === host && sight.pid === pid);
    if (!first) throw new Error(`the agent of ${host} was started again meanwhile`);
    return { host, cpuPercent: (100 * (cpuSeconds - first.cpuSeconds)) / (atSeconds - first.atSeconds), rssMb, peakMb };
  });
  return costs.sort((a, b) => b.cpuPercent - a.cpuPercent);
}

async function tell(costs: readonly AgentCost[], seconds: number): Promise<void> {
  const rows = costs.map(({ host, cpuPercent, rssMb, peakMb }) => [host, percent(cpuPercent), megabytes(rssMb), megabytes(peakMb)]);
  console.log(tableText([['agent idle', 'of one core', 'resident', 'at most'], ...rows]));
  console.log(`\nwritten to ${await saveReport('agents', { seconds, costs })}`);
  console.log(
    `at most ${percent(Math.max(...costs.map((cost) => cost.cpuPercent)))}, ${megabytes(Math.max(...costs.map((cost) => cost.rssMb)))}`,
  );
}

const percent = (value: number) => `${value.toFixed(2)} %`;
const megabytes = (value: number) => `${value.toFixed(1)} MB`;
