import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Lab, openLab } from './lab.ts';
import { labEnvironment, type NetvisCtl, netvisCtl } from './netvis-ctl.ts';
import { defaultLab } from './networks.ts';
import { defaultNetworks, type Shape } from './shapes.ts';

const execute = promisify(execFile);
const inventories: Readonly<Record<Shape, string>> = { full: 'inventory/lab.yaml', compact: 'inventory/lab-compact.yaml' };

/** A lab with the stack on it, and the ways a client outside meets it. */
export type Stack = {
  readonly lab: Lab;
  readonly at: Addresses;
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

/** Boots a lab and joins it with its inventory. Nothing is applied. */
export async function openStack(shape: Shape, options: { fresh?: boolean } = {}): Promise<Stack> {
  const lab = openLab({ shape });
  await lab.up(options);
  const inventory = await inventoryOf(lab);
  const environment = labEnvironment(lab.files, (await readFile(lab.files.sudoPassword, 'utf8')).trim());
  const ctl = netvisCtl(inventory, environment);
  const secret = async (name: string) => (await ctl('secrets', 'show', name, '-i', inventory)).stdout.trim();
  return {
    lab,
    at: await addressesOf(lab),
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
export type Addresses = {
  /** This machine on the lab's network. */
  readonly control: string;
  readonly web: string;
  readonly lbs: readonly string[];
  readonly postgres: readonly string[];
  readonly redis: readonly string[];
  readonly sentinels: readonly string[];
};

/** Last octets by what clients look for there. */
const suffixes = {
  full: { web: 100, lbs: [11, 12], postgres: [17, 18], redis: [19, 20], sentinels: [21, 22, 23] },
  compact: { web: 100, lbs: [11, 12, 13], postgres: [11, 12, 13], redis: [11, 12, 13], sentinels: [11, 12, 13] },
} as const;

/** The addresses of a lab that is up. */
export async function addressesOf(lab: Lab): Promise<Addresses> {
  const [first] = await lab.hosts();
  const at = (suffix: number) => `${networkOf(first?.address ?? '')}.${suffix}`;
  const { web, lbs, postgres, redis, sentinels } = suffixes[lab.shape];
  return { control: at(1), web: at(web), lbs: lbs.map(at), postgres: postgres.map(at), redis: redis.map(at), sentinels: sentinels.map(at) };
}

/**
 * The inventory of a lab: the shipped one for the default lab; for a lab of another name a copy in its folder with that
 * lab's network and files.
 */
export async function inventoryOf(lab: Lab): Promise<string> {
  const shipped = inventories[lab.shape];
  if (lab.name === defaultLab) return shipped;
  const [first] = await lab.hosts();
  const text = await readFile(join(repository, shipped), 'utf8');
  const copy = join(repository, 'inventory', `.${lab.name}-${lab.shape}.yaml`);
  const network = `10.88.${defaultNetworks[lab.shape].octet}.`;
  await writeFile(
    copy,
    text.replaceAll(network, `${networkOf(first?.address ?? '')}.`).replaceAll('.netvis/lab/', `.netvis/lab/${lab.name}/`),
  );
  return copy;
}

function networkOf(address: string): string {
  return address.split('.').slice(0, 3).join('.');
}

export const repository = join(import.meta.dirname, '..', '..');
