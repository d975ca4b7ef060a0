/**
 * `npm run model`: verifies the failover protocol in every state of two nodes, and refutes quick mutants of it (part of
 * `npm run check`). `npm run model -- all`: every mutant and question. `npm run model -- 5`: mutant 5's counterexample.
 */
import { availableParallelism } from 'node:os';
import { mutants } from './mutants.ts';
import { questions } from './questions.ts';
import { ask, type Limits } from './spin.ts';
import { type Item, type Judged, lineOf, mutantItem, protocol, verify } from './verification.ts';

const minuteMs = 60_000;

const [what = 'quick', ...rest] = process.argv.slice(2);
const items = rest.length === 0 ? chosen(what) : [];
if (items.length === 0) {
  console.error('usage: npm run model [-- all | NUMBER OF A MUTANT]');
  process.exitCode = 2;
} else {
  process.exitCode = (await verifyAll(items)) ? 0 : 1;
}

function chosen(name: string): readonly Item[] {
  if (name === 'all') return [protocol, ...mutants.map(mutantItem), ...questions];
  if (name === 'quick') return [protocol, ...mutants.filter(({ quick }) => quick).map(mutantItem)];
  return mutants.filter(({ number }) => String(number) === name).map(mutantItem);
}

async function verifyAll(all: readonly Item[]): Promise<boolean> {
  const limits: Limits = { memoryMiB: 6000, timeoutMs: (what === 'quick' ? 10 : 60) * minuteMs, trace: all.length === 1 };
  const judged = await verify(all, { lanes: Math.min(2, availableParallelism()), ask: (question) => ask(question, limits), tell });
  const faults = judged.filter(({ fault }) => fault !== null).length;
  console.log(`${judged.length - faults} as expected, ${faults} not`);
  return faults === 0;
}

function tell(judged: Judged): void {
  console.log([lineOf(judged), ...judged.answer.trace].join('\n'));
}
