/** The command line of `npm run simulate`. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { NvError } from '../../../control-plane/src/core/errors.ts';
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
    ...(preset === undefined ? {} : { preset: oneOf('--preset', preset, presets) }),
    ...(mode === undefined ? {} : { mode: oneOf('--mode', mode, modes) }),
  };
  return {
    seeds: whole('--seeds', seeds),
    from: whole('--from', from),
    jobs: whole('--jobs', jobs, 64),
    bounds,
    mutant: mutant === undefined ? null : oneOf('--mutant', mutant, Object.keys(mutants)),
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
    throw wrong((error as Error).message);
  }
}

function whole(option: string, text: string, atMost = 2_000_000_000): number {
  if (/^[1-9]\d{0,9}$/.test(text) && Number(text) <= atMost) return Number(text);
  throw wrong(`${option} ${text}`);
}

function oneOf<T extends string>(option: string, text: string, choices: readonly T[]): T {
  const choice = choices.find((name) => name === text);
  if (choice === undefined) throw wrong(`${option} ${text}`);
  return choice;
}

function wrong(message: string): NvError {
  return new NvError({ code: 'NV_USAGE', message, hint: usage });
}
