import { readdirSync, readFileSync } from 'node:fs';

/** What a process and its children used: processor time, and the largest sum of their resident memory that was seen. */
export type Cost = { readonly cpuMs: number; readonly peakMb: number };

/** Watches a process tree until `stop`, looking every 100 ms; what happens after the last look is not seen. */
export function watchCost(pid: number): { stop(): Cost } {
  const cpu = new Map<number, number>();
  let peakKb = 0;
  const look = () => {
    const tree = processTree(pid).flatMap((one) => readProcess(one) ?? []);
    for (const one of tree) cpu.set(one.pid, one.cpuMs);
    peakKb = Math.max(
      peakKb,
      tree.reduce((sum, { rssKb }) => sum + rssKb, 0),
    );
  };
  const timer = setInterval(look, 100);
  return {
    stop() {
      clearInterval(timer);
      return { cpuMs: [...cpu.values()].reduce((sum, ms) => sum + ms, 0), peakMb: peakKb / 1024 };
    },
  };
}

type Seen = { readonly pid: number; readonly cpuMs: number; readonly rssKb: number };

/** Ticks of the kernel's clock last 10 ms, pages hold 4 KiB: so it is on every machine the lab runs on. */
function readProcess(pid: number): Seen | null {
  const fields = statOf(pid);
  if (!fields) return null;
  return { pid, cpuMs: (Number(fields[11]) + Number(fields[12])) * 10, rssKb: Number(fields[21]) * 4 };
}

function processTree(root: number): readonly number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), Number(statOf(Number(name))?.[1] ?? 0)] as const);
  const below = (pid: number): number[] => [pid, ...parents.filter(([, parent]) => parent === pid).flatMap(([child]) => below(child))];
  return below(root);
}

/** The fields of `stat` after the program's name, or null when the process is gone. */
function statOf(pid: number): readonly string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}
