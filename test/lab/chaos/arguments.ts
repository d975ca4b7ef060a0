import { parseArgs } from 'node:util';
import type { NvError } from '../../../control-plane/src/core/errors.ts';
import { type Preset, presets } from '../../bench/failover/system.ts';
import { oneOf, wholeNumber, wrongUsage } from '../../support/command-line.ts';
import { isShape, type Shape, shapes } from '../shapes.ts';
import { soakFaults } from './soak-faults.ts';

const soakNames = soakFaults.map(({ name }) => name);

export const targets = ['ctl', 'redis', 'ssh'] as const;
/** What is struck: the netvis-ctl process, the redis-server of its state directory, its connections to the hosts. */
export type Target = (typeof targets)[number];

/** Strikes first applies on blank hosts. */
export type ApplyRequest = {
  readonly scenario: 'apply';
  readonly target: Target;
  readonly strikes: number;
  /** The most strikes between two blank starts. */
  readonly perChain: number;
  readonly seed: number;
} & LabRequest;

/** Switches one host off in the middle of a first apply, when a stage begins, and during a later change. */
export type DownRequest = { readonly scenario: 'down'; readonly host: string; readonly stage: string } & LabRequest;

/** Applies of two operators at once. */
export type TwoRequest = { readonly scenario: 'two' } & LabRequest;

type LabRequest = { readonly shape: Shape; readonly keep: boolean };

/** Random faults on a cluster that keeps PostgreSQL writable; `only` empty = all of them. */
export type SoakRequest = {
  readonly scenario: 'soak';
  readonly minutes: number;
  readonly preset: Preset;
  readonly only: readonly string[];
  readonly seed: number;
  /** Processes that take all the processor time they get. */
  readonly load: number;
} & Omit<LabRequest, 'shape'> & { readonly shape: 'compact' };

/** What the command line asks for. */
export type Request = ApplyRequest | DownRequest | TwoRequest | SoakRequest;

export const usage = `usage: npm run chaos -- SCENARIO [--shape compact|full] [--keep]
  apply [--target ctl|redis|ssh] [--kills N] [--per-chain N] [--seed N]
        strikes first applies on blank hosts at N random moments: each must end as an undisturbed one does
  down [--host HOST] [--stage STAGE]
        switches a host off in the middle of a first apply and during a later change: the others must be served
  two   two operators apply at once: one is refused or waits, and goes on alone when the other is killed
  soak [--minutes N] [--preset ${presets.join('|')}] [--only FAULT,…] [--load N] [--seed N]
        strikes PostgreSQL's hosts with random faults, while N processes take the processors:
        ${soakNames.join(' ')}
--keep leaves the lab up. Reports are written to .netvis/chaos.`;

const defaultKills: Readonly<Record<Target, number>> = { ctl: 50, redis: 20, ssh: 20 };
/** A host that serves no primary and no master at first. */
const defaultHost: Readonly<Record<Shape, string>> = { compact: 'n3', full: 'pg2' };

/** Reads the words after the program's name. Throws NV_USAGE with what is wrong. */
export function parseArguments(words: readonly string[]): Request {
  const { values, positionals } = read(words);
  const { shape, keep } = values;
  if (!isShape(shape)) throw wrong(`--shape ${shape}`);
  switch (positionals.join(' ')) {
    case 'apply':
      return { scenario: 'apply', shape, keep, ...readStrikes(values) };
    case 'down':
      return { scenario: 'down', shape, keep, host: readHost(values.host ?? defaultHost[shape], shape), stage: values.stage };
    case 'two':
      return { scenario: 'two', shape, keep };
    case 'soak':
      return { scenario: 'soak', shape: 'compact', keep, ...readSoak(values) };
    default:
      throw wrong(`no scenario "${positionals.join(' ')}"`);
  }
}

function readStrikes(values: ReturnType<typeof read>['values']) {
  const target = oneOf({ option: '--target', text: values.target, hint: usage }, targets);
  const strikes = values.kills === undefined ? defaultKills[target] : whole('--kills', values.kills);
  return { target, strikes, perChain: whole('--per-chain', values['per-chain']), seed: whole('--seed', values.seed) };
}

function readSoak(values: ReturnType<typeof read>['values']) {
  const preset = oneOf({ option: '--preset', text: values.preset, hint: usage }, presets);
  const only = values.only?.split(',') ?? [];
  const unknown = only.find((name) => !soakNames.includes(name));
  if (unknown !== undefined) throw wrong(`--only ${unknown}`);
  const load = values.load === '0' ? 0 : whole('--load', values.load);
  return { preset, only, load, minutes: whole('--minutes', values.minutes), seed: whole('--seed', values.seed) };
}

function readHost(host: string, shape: Shape): string {
  if (shapes[shape].some(({ name }) => name === host)) return host;
  throw wrong(`the ${shape} lab has no host ${host}`);
}

function read(words: readonly string[]) {
  const options = {
    target: { type: 'string', default: 'ctl' },
    shape: { type: 'string', default: 'compact' },
    kills: { type: 'string' },
    'per-chain': { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    host: { type: 'string' },
    stage: { type: 'string', default: 'redis' },
    minutes: { type: 'string', default: '30' },
    preset: { type: 'string', default: 'balanced' },
    only: { type: 'string' },
    load: { type: 'string', default: '0' },
    keep: { type: 'boolean', default: false },
  } as const;
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    throw wrong((error as Error).message);
  }
}

function whole(option: string, text: string): number {
  return wholeNumber({ option, text, hint: usage, atMost: 999_999_999 });
}

function wrong(message: string): NvError {
  return wrongUsage(message, usage);
}
