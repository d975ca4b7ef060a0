/** Asks spin: writes the verifier of one variant of the model, compiles it, lets it search, and reads what it found. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must, run } from '../lab/process.ts';
import { readTrace, readVerdict, type Verdict } from './verdict.ts';

export type Question = {
  /** Names for the preprocessor, e.g. `M=3` or `DRIFT`. */
  readonly defines: readonly string[];
  /** Breadth first finds a shortest counterexample; depth first needs less memory and finds deep ones sooner. */
  readonly search: 'breadth' | 'depth';
  /** Compiled for a long search. */
  readonly long: boolean;
};

/** `trace`: a counterexample in words; empty unless it was asked for. */
export type Answer = { readonly verdict: Verdict; readonly trace: readonly string[] };

export type Limits = { readonly memoryMiB: number; readonly timeoutMs: number; readonly trace: boolean };

/** A search that comes to this depth is cut and verifies nothing; the deepest ones seen are at 200,000 steps. */
const maxDepth = 1_000_000;

/** Rejects when spin or gcc fails; running out of time, memory or depth is a verdict (`unfinished`). */
export async function ask(question: Question, limits: Limits): Promise<Answer> {
  const folder = await mkdtemp(join(tmpdir(), 'netvis-model-'));
  try {
    await cp(import.meta.dirname, folder, { recursive: true, filter: (path) => path === import.meta.dirname || path.endsWith('.pml') });
    return await search(folder, question, limits);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function search(folder: string, question: Question, limits: Limits): Promise<Answer> {
  const flags = question.defines.map((name) => `-D${name}`);
  await must(inFolder(folder, ['spin', ...flags, '-a', 'failover.pml']));
  await must(inFolder(folder, compiling(question, limits)));
  const { exitCode, stdout } = await run(inFolder(folder, ['./pan', ...searching(question)]), { timeoutMs: limits.timeoutMs });
  const verdict: Verdict = exitCode === 0 ? readVerdict(stdout) : { kind: 'unfinished', why: `the verifier ended with ${exitCode}` };
  if (verdict.kind !== 'broken' || !limits.trace) return { verdict, trace: [] };
  const { stdout: told } = await run(inFolder(folder, ['spin', '-DTRACE', ...flags, '-t', '-T', 'failover.pml']));
  return { verdict, trace: readTrace(told) };
}

/** The model is one process: partial order reduction would find nothing to reduce. */
function compiling({ search, long }: Question, { memoryMiB }: Limits): string[] {
  const way = search === 'breadth' ? ['-DBFS'] : [];
  return ['gcc', long ? '-O2' : '-O0', '-w', '-DSAFETY', '-DNOREDUCE', `-DMEMLIM=${memoryMiB}`, ...way, '-o', 'pan', 'pan.c'];
}

function searching({ search, long }: Question): string[] {
  return [...(search === 'breadth' ? [] : [`-m${maxDepth}`]), long ? '-w24' : '-w20'];
}

/** spin and its verifier read and write beside where they stand. */
function inFolder(folder: string, argv: readonly string[]): string[] {
  return ['env', `--chdir=${folder}`, ...argv];
}
