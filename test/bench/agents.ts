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

/** A line of the agent's process with the programs it ran to their end, then one of each that runs beside it at the moment. */
const look = `p=$(systemctl show -p MainPID --value netvis-agent); [ "$p" -gt 0 ] || exit 0
memory() { awk '/^Vm(HWM|RSS):/ { printf "%s ", $2 }' /proc/$1/status; }
echo $(cut -d' ' -f1 /proc/uptime; cut -d' ' -f1,14-17 /proc/$p/stat; memory $p)
for c in $(pgrep -P $p); do echo $(cut -d' ' -f14,15 /proc/$c/stat; memory $c); done 2>/dev/null
true`;

async function readAgents(lab: Lab): Promise<readonly AgentSight[]> {
  return await Promise.all((await lab.hosts()).map(async ({ name }) => parseSight(name, await inside(lab, name, look))));
}

/** Reads what `look` prints; the kernel counts processor time in hundredths of a second. Throws when an agent was not there. */
export function parseSight(host: string, text: string): AgentSight {
  const [main = [], ...beside] = text
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number));
  const [atSeconds, pid, user = 0, system = 0, childUser = 0, childSystem = 0, peakKb = 0, rssKb] = main;
  if (atSeconds === undefined || pid === undefined || rssKb === undefined) throw new Error(`${host} has no agent: ${text}`);
  // One that ended while it was looked at has fewer numbers, and its time is its parent's by now.
  const helpers = beside.filter((numbers) => numbers.length === 4);
  const ofHelpers = (place: number) => sum(helpers.map((numbers) => numbers[place] ?? 0));
  return {
    ...{ host, pid, atSeconds },
    cpuSeconds: (user + system + childUser + childSystem + ofHelpers(0) + ofHelpers(1)) / 100,
    peakMb: (peakKb + ofHelpers(2)) / 1024,
    rssMb: (rssKb + ofHelpers(3)) / 1024,
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
