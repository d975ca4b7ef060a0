import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { must } from '../lab/process.ts';
import type { Stack } from '../lab/stack.ts';
import { type Cost, watchCost } from './process-cost.ts';

/** What a program cost beside its time. Bytes are those between this machine and the lab's hosts while it ran. */
export type RunCost = Cost & { readonly sentBytes: number; readonly receivedBytes: number };

export type MeasuredRun = { readonly exitCode: number; readonly ms: number; readonly cost: RunCost };

/** Starts a program and watches it, its children and the lab's network until its end. */
export async function measureRun(stack: Stack, start: () => ChildProcess): Promise<MeasuredRun> {
  const before = await readBytes(stack);
  const startMs = performance.now();
  const child = start();
  const watched = watchCost(child.pid ?? 0);
  const exitCode = await new Promise<number>((resolve, reject) =>
    child.once('error', reject).once('close', (code) => resolve(code ?? 255)),
  );
  const ms = performance.now() - startMs;
  const cost = watched.stop();
  const after = await readBytes(stack);
  return { exitCode, ms, cost: { ...cost, sentBytes: after.sent - before.sent, receivedBytes: after.received - before.received } };
}

/** The counters of the interface by which this machine reaches the lab. */
async function readBytes({ at }: Stack): Promise<{ readonly sent: number; readonly received: number }> {
  const route = await must(['ip', '-oneline', 'route', 'get', at.web]);
  const device = /\bdev (\S+)/.exec(route)?.[1] ?? '';
  const read = async (name: string) => Number(await readFile(`/sys/class/net/${device}/statistics/${name}_bytes`, 'utf8'));
  return { sent: await read('tx'), received: await read('rx') };
}
