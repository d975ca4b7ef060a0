import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RunReport } from '../../control-plane/src/core/run-event.ts';
import { spawnNetvisCtl } from '../lab/netvis-ctl.ts';
import { must } from '../lab/process.ts';
import { repository, type Stack } from '../lab/stack.ts';
import type { LiveSite } from './live-site.ts';
import { seconds } from './measure.ts';
import { watchCost } from './process-cost.ts';
import type { ServedHosts, Totals } from './simulated-server.ts';
import { networkOf, simulatedInventory, simulatedNetwork, simulatedPort, simulatedSite } from './simulated-site.ts';

/** One no-op apply over so many hosts. Bytes are those of the connections, as the hosts count them. */
export type ScalePoint = {
  readonly hosts: number;
  readonly ms: number;
  readonly reportMs: number;
  readonly cpuMs: number;
  readonly peakMb: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly connections: number;
  readonly hostsCpuMs: number;
};

export type Scale = {
  readonly stack: Stack;
  readonly live: LiveSite;
  readonly counts: readonly number[];
  readonly say: (line: string) => void;
};

/** How many processes share the hosts. */
const servers = 2;
const route = ['local', `${simulatedNetwork}.0.0/16`, 'dev', 'lo'];

/** Measures each count of hosts once, smallest first, on addresses of the network set aside for benchmarks. */
export async function measureScale({ stack, live, counts, say }: Scale): Promise<readonly ScalePoint[]> {
  const points: ScalePoint[] = [];
  await must(['ip', 'route', 'replace', ...route]);
  try {
    for (const hosts of counts) {
      const point = await measurePoint({ stack, live, hosts });
      say(`${hosts} hosts: ${seconds(point.ms)}`);
      points.push(point);
    }
  } finally {
    await must(['ip', 'route', 'del', ...route]);
  }
  return points;
}

type Point = { readonly stack: Stack; readonly live: LiveSite; readonly hosts: number };

async function measurePoint({ stack, live, hosts }: Point): Promise<ScalePoint> {
  const folder = await mkdtemp(join(tmpdir(), 'netvis-bench-'));
  const inventory = join(repository, 'inventory', `.bench-scale-${hosts}.yaml`);
  const children: ChildProcess[] = [];
  try {
    const from = networkOf((await stack.lab.hosts())[0]?.address ?? '');
    const shipped = await readFile(resolve(repository, stack.inventory), 'utf8');
    await writeFile(inventory, simulatedInventory(shipped, { from, hosts, knownHosts: join(folder, 'known_hosts') }));
    children.push(...(await serve(folder, await simulatedSite(live, { inventory, from, environment: stack.environment }))));
    return { hosts, ...(await applyOnce(inventory, stack, children)) };
  } finally {
    for (const child of children) child.disconnect();
    await rm(inventory, { force: true });
    await rm(folder, { recursive: true });
  }
}

async function serve(folder: string, answers: Readonly<Record<string, string>>): Promise<readonly ChildProcess[]> {
  const key = join(folder, 'host-key');
  await must(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key]);
  const [type, publicKey] = (await readFile(`${key}.pub`, 'utf8')).split(' ');
  const addresses = Object.keys(answers);
  const known = addresses.map((address) => `[${address}]:${simulatedPort} ${type} ${publicKey}\n`);
  await writeFile(join(folder, 'known_hosts'), known.join(''));
  const hostKey = await readFile(key, 'utf8');
  return await Promise.all(
    Array.from({ length: servers }, async (_, n) => {
      const own = addresses.filter((_, i) => i % servers === n).map((address) => [address, answers[address] ?? ''] as const);
      const file = join(folder, `hosts-${n}.json`);
      const served: ServedHosts = { hostKey, port: simulatedPort, answers: Object.fromEntries(own) };
      await writeFile(file, JSON.stringify(served), { mode: 0o600 });
      const child = fork(join(import.meta.dirname, 'simulated-server.ts'), [file]);
      await Promise.race([
        once(child, 'message'),
        once(child, 'exit').then(() => Promise.reject(new Error('a server of simulated hosts ended'))),
      ]);
      return child;
    }),
  );
}

async function applyOnce(inventory: string, stack: Stack, children: readonly ChildProcess[]): Promise<Omit<ScalePoint, 'hosts'>> {
  await Promise.all(children.map(totalsOf));
  const startMs = performance.now();
  const { child, texts } = spawnNetvisCtl(['apply', inventory, '--yes', '--json'], stack.environment);
  const watched = watchCost(child.pid ?? 0);
  const [exitCode] = await once(child, 'close');
  const ms = performance.now() - startMs;
  const cost = watched.stop();
  const report = JSON.parse(texts.stdout.trimEnd().split('\n').at(-1) ?? '{}') as RunReport;
  if (exitCode !== 0 || report.changed !== 0) throw new Error(`apply ended with ${exitCode}: ${texts.stdout.slice(-4000)}${texts.stderr}`);
  const totals = await Promise.all(children.map(totalsOf));
  const sum = (field: keyof Totals) => totals.reduce((all, one) => all + one[field], 0);
  const bytes = { sentBytes: sum('received'), receivedBytes: sum('sent') };
  return { ms, reportMs: report.ms, ...cost, ...bytes, connections: sum('connections'), hostsCpuMs: sum('cpuMs') };
}

async function totalsOf(child: ChildProcess): Promise<Totals> {
  const answer = once(child, 'message');
  child.send('totals');
  return (await answer)[0] as Totals;
}
