import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Lab, openLab } from './lab.ts';
import { labEnvironment, type NetvisCtl, netvisCtl } from './netvis-ctl.ts';
import type { Shape } from './shapes.ts';

const execute = promisify(execFile);
export const inventories: Readonly<Record<Shape, string>> = { full: 'inventory/lab.yaml', compact: 'inventory/lab-compact.yaml' };

/** A lab with the stack on it, and the ways a client outside meets it. */
export type Stack = {
  readonly lab: Lab;
  readonly inventory: string;
  readonly ctl: NetvisCtl;
  readonly environment: Readonly<Record<string, string>>;
  /** Runs SQL as the application's user on a host's server; answers rows as lines, columns joined by `|`. */
  sql(address: string, statement: string): Promise<string>;
  /** Sends a Redis command with the cluster's password (none for a Sentinel's port). */
  redis(address: string, port: number, ...words: readonly string[]): Promise<string>;
  /** GET with the lab's certificate authority trusted by nobody: the answer's body. */
  get(url: string): Promise<string>;
};

/** Joins a lab with the inventory of its shape. Nothing is booted or applied. */
export async function openStack(shape: Shape): Promise<Stack> {
  const lab = openLab({ shape });
  const inventory = inventories[shape];
  await lab.up();
  const environment = labEnvironment(lab.files, (await readFile(lab.files.sudoPassword, 'utf8')).trim());
  const ctl = netvisCtl(inventory, environment);
  const secret = async (name: string) => (await ctl('secrets', 'show', name, '-i', inventory)).stdout.trim();
  return {
    lab,
    inventory,
    ctl,
    environment,
    sql: async (address, statement) =>
      await output('psql', ['-XAtq', '-h', address, '-U', 'netvis', '-d', 'netvis', '-c', statement], {
        PGPASSWORD: await secret('postgres'),
        PGCONNECT_TIMEOUT: '5',
      }),
    redis: async (address, port, ...words) =>
      await output('redis-cli', ['-h', address, '-p', String(port), ...words], { REDISCLI_AUTH: await secret('redis') }),
    get: (url) => output('curl', ['-ksSf', '--max-time', '10', url], {}),
  };
}

async function output(command: string, words: readonly string[], environment: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await execute(command, [...words], { env: { ...process.env, ...environment } });
  return stdout.trim();
}

/** Waits until `check` answers something other than null, asking every `everyMs` for at most `forMs`; then fails with the last reason. */
export async function eventually<T>(check: () => Promise<T>, { forMs, everyMs = 250 }: { forMs: number; everyMs?: number }): Promise<T> {
  const deadlineMs = performance.now() + forMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }
}

/** The addresses clients of a lab use. */
export const addressesOf: Readonly<
  Record<
    Shape,
    { web: string; postgres: readonly string[]; redis: readonly string[]; sentinels: readonly string[]; lbs: readonly string[] }
  >
> = {
  full: {
    web: '10.88.0.100',
    lbs: ['10.88.0.11', '10.88.0.12'],
    postgres: ['10.88.0.17', '10.88.0.18'],
    redis: ['10.88.0.19', '10.88.0.20'],
    sentinels: ['10.88.0.21', '10.88.0.22', '10.88.0.23'],
  },
  compact: {
    web: '10.88.1.100',
    lbs: ['10.88.1.11', '10.88.1.12', '10.88.1.13'],
    postgres: ['10.88.1.11', '10.88.1.12', '10.88.1.13'],
    redis: ['10.88.1.11', '10.88.1.12', '10.88.1.13'],
    sentinels: ['10.88.1.11', '10.88.1.12', '10.88.1.13'],
  },
};

export const repository = join(import.meta.dirname, '..', '..');
