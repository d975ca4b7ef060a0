import { parseArgs } from 'node:util';
import { wholeNumber, wrongUsage } from '../../support/command-line.ts';
import { type FaultName, faultNames } from './faults.ts';
import { type Preset, presets, type SystemName } from './system.ts';

const systemNames: readonly SystemName[] = ['netvis', 'patroni', 'pg_auto_failover'];

/** What the command line asks for: how often each fault strikes ours and the peers; `resume` names a report file to go on with. */
export type FailoverRequest = {
  readonly runs: number;
  readonly peerRuns: number;
  readonly only: readonly FaultName[];
  readonly systems: readonly SystemName[];
  readonly preset: Preset;
  readonly resume?: string;
  readonly keep: boolean;
};

export const failoverUsage = `usage: npm run bench -- failover [--runs N] [--peer-runs N] [--preset ${presets.join('|')}] [--keep] [--resume FILE]
  [--only FAULT,…]     ${faultNames.join(' ')}
  [--systems NAME,…]   ${systemNames.join(' ')}`;

/** Reads the words after the benchmark's name. Throws NV_USAGE with what is wrong. */
export function parseFailover(words: readonly string[]): FailoverRequest {
  const values = read(words);
  return {
    runs: wholeNumber({ option: '--runs', text: values.runs, hint: failoverUsage }),
    peerRuns: wholeNumber({ option: '--peer-runs', text: values['peer-runs'], hint: failoverUsage }),
    only: values.only === undefined ? [] : chosen('--only', values.only, faultNames),
    systems: chosen('--systems', values.systems, systemNames),
    preset: chosen('--preset', values.preset, presets)[0] ?? 'balanced',
    keep: values.keep,
    ...(values.resume === undefined ? {} : { resume: values.resume }),
  };
}

function read(words: readonly string[]) {
  const options = {
    runs: { type: 'string', default: '10' },
    'peer-runs': { type: 'string', default: '3' },
    only: { type: 'string' },
    systems: { type: 'string', default: systemNames.join(',') },
    preset: { type: 'string', default: 'balanced' },
    resume: { type: 'string' },
    keep: { type: 'boolean', default: false },
  } as const;
  try {
    return parseArgs({ args: [...words], options }).values;
  } catch (error) {
    throw wrongUsage((error as Error).message, failoverUsage);
  }
}

function chosen<T extends string>(option: string, text: string, known: readonly T[]): readonly T[] {
  const words = text.split(',').map((word) => word.trim());
  const unknown = words.find((word) => !known.includes(word as T));
  if (unknown !== undefined) throw wrongUsage(`${option} ${unknown}`, failoverUsage);
  return words as T[];
}
