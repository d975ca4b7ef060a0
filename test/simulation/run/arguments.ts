/** The command line of `npm run simulate`. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { oneOf, wholeNumber, wrongUsage } from '../../support/command-line.ts';
import { mutants } from '../mutants/mutants.ts';
import type { Bounds } from '../schedule/arbitrary.ts';

export type Request = {
  readonly from: number;
  readonly seeds: number;
  readonly bounds: Bounds;
  readonly jobs: number;
  /** The seeded bug that takes the shipped agent's place. */
  readonly mutant: string | null;
};

export const usage = `usage: npm run simulate -- [--seeds N] [--from S] [--replicas 1|2|3] [--preset fast|balanced|wide]
       [--mode availability|protection] [--jobs N] [--mutant NAME]
Runs N seeds from S on. Of the first that breaks a rule it prints the seed, the smallest schedule that still does, and the
trace of that. The same seed gives the same run. --mutant puts a seeded bug of test/simulation/mutants into the agents.`;

const presets = ['fast', 'balanced', 'wide'] as const;
const modes = ['availability', 'protection'] as const;

/** Reads the words after the program's name. Throws NV_USAGE with what is wrong. */
export function parseArguments(words: readonly string[]): Request {
  const { seeds, from, replicas, preset, mode, jobs, mutant } = read(words);
  const bounds: Bounds = {
    ...(replicas === undefined ? {} : { replicas: whole('--replicas', replicas, 3) }),
    ...(preset === undefined ? {} : { preset: word('--preset', preset, presets) }),
    ...(mode === undefined ? {} : { mode: word('--mode', mode, modes) }),
  };
  return {
    seeds: whole('--seeds', seeds),
    from: whole('--from', from),
    jobs: whole('--jobs', jobs, 64),
    bounds,
    mutant: mutant === undefined ? null : word('--mutant', mutant, Object.keys(mutants)),
  };
}

function read(words: readonly string[]) {
  const options = {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    replicas: { type: 'string' },
    preset: { type: 'string' },
    mode: { type: 'string' },
    jobs: { type: 'string', default: `${availableParallelism()}` },
    mutant: { type: 'string' },
  } as const;
  try {
    return parseArgs({ args: [...words], options }).values;
  } catch (error) {
    throw wrongUsage((error as Error).message, usage);
  }
}

function whole(option: string, text: string, atMost = 2_000_000_000): number {
  return wholeNumber({ option, text, hint: usage, atMost });
}

function word<T extends string>(option: string, text: string, words: readonly T[]): T {
  return oneOf({ option, text, hint: usage }, words);
}
