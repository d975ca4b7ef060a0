import { parseArgs } from 'node:util';
import type { NvError } from '../../control-plane/src/core/errors.ts';
import { wholeNumber, wrongUsage } from '../support/command-line.ts';

export const parts = ['first', 'noop', 'change', 'scale'] as const;
export type Part = (typeof parts)[number];

/** What the command line asks for. */
export type Request = ApplyRequest | SoakRequest | AgentsRequest;

/** `runs` = how often each program is measured; `keep` leaves the lab up. */
export type ApplyRequest = {
  readonly bench: 'apply';
  readonly runs: number;
  readonly parts: readonly Part[];
  readonly hosts: readonly number[];
  readonly keep: boolean;
};

export type SoakRequest = { readonly bench: 'lease-soak'; readonly renewals: number };

/** `seconds` = how long the agents are watched; `keep` leaves the lab up. */
export type AgentsRequest = { readonly bench: 'agents'; readonly seconds: number; readonly keep: boolean };

export const usage = `usage: npm run bench -- apply [--runs N] [--only ${parts.join('|')}] [--hosts 100,300,1000] [--keep]
The last line is "no-op ratio: N": how many times faster netvis-ctl is than Ansible where nothing is to do.
       npm run bench -- lease-soak [--renewals 172800]
The last line says whether etcd's database stays flat over so many renewals of the lease (48 hours of them).
       npm run bench -- agents [--seconds 120] [--keep]
The last line is what the busiest agent takes of one core, and the largest of memory, while nothing happens.`;

/** Reads the words after the program's name. Throws NV_USAGE with what is wrong. */
export function parseArguments(words: readonly string[]): Request {
  const { values, positionals } = read(words);
  const name = positionals.join(' ');
  if (name === 'lease-soak') return { bench: name, renewals: whole('--renewals', values.renewals) };
  if (name === 'agents') return { bench: name, seconds: whole('--seconds', values.seconds), keep: values.keep };
  if (name !== 'apply') throw wrong('the benchmarks are called apply, failover, agents and lease-soak');
  const only = values.only === undefined ? parts : parts.filter((part) => part === values.only);
  if (only.length === 0) throw wrong(`--only ${values.only}`);
  return {
    bench: name,
    runs: whole('--runs', values.runs),
    parts: only,
    hosts: values.hosts.split(',').map((text) => whole('--hosts', text)),
    keep: values.keep,
  };
}

function read(words: readonly string[]) {
  const options = {
    runs: { type: 'string', default: '3' },
    only: { type: 'string' },
    hosts: { type: 'string', default: '100,300,1000' },
    keep: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '120' },
    renewals: { type: 'string', default: '172800' },
  } as const;
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    throw wrong((error as Error).message);
  }
}

const whole = (option: string, text: string) => wholeNumber({ option, text, hint: usage });

function wrong(message: string): NvError {
  return wrongUsage(message, usage);
}
