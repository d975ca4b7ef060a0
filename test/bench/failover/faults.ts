import { inside } from './inside-host.ts';
import type { System } from './system.ts';

export const faultNames = [
  'switchover',
  'postmaster-killed',
  'postmaster-killed-wal',
  'power-off',
  'cut-off',
  'agent-frozen',
  'agent-killed',
  'helpers-off',
] as const;
export type FaultName = (typeof faultNames)[number];

export type Fault<Name extends string = string> = {
  readonly name: Name;
  /** What it is, for the table. */
  readonly title: string;
  /** Only on netvis: the others have nothing like it to compare. */
  readonly oursAlone?: boolean;
  /** The primary is expected to change. */
  readonly movesPrimary: boolean;
  /** Nothing of the host's memory is left to be looked at. */
  readonly endsHost?: boolean;
  /** Before the clock starts. */
  prepare?(system: System, primary: string): Promise<void>;
  strike(system: System, at: DatabasePair): Promise<void>;
  /** Undoes the fault, so that the host can come back. */
  heal?(system: System, at: DatabasePair): Promise<void>;
};

/** Who was the primary when the fault struck, and its synchronous standby. */
export type DatabasePair = { readonly primary: string; readonly standby: string };

/** The postmaster's pid, for a shell on its host. */
export const postmasterPid = ({ dataDirectory }: System) => `$(head -n 1 ${dataDirectory}/postmaster.pid)`;

const killPostmaster = (system: System, host: string) => inside(system.lab, host, `kill -9 ${postmasterPid(system)}`);

async function onEveryHost({ lab }: System, command: string): Promise<void> {
  const hosts = await lab.hosts();
  await Promise.all(hosts.map(({ name }) => inside(lab, name, command)));
}

/** 2 GB of WAL of rows, kept from the last checkpoint. The settings are the bench's own and go when it ends. */
async function fillWal(system: System, primary: string): Promise<void> {
  const fill = `DROP TABLE IF EXISTS bench_fill; CREATE TABLE bench_fill AS SELECT g, repeat(md5(g::text), 30) AS t FROM generate_series(1, 10) g; CHECKPOINT;
    INSERT INTO bench_fill SELECT g, repeat(md5(g::text), 30) FROM generate_series(1, 1900000) g;`;
  await system.superuser(primary, fill);
}

export const faults: readonly Fault<FaultName>[] = [
  {
    name: 'switchover',
    title: 'planned switchover',
    movesPrimary: true,
    strike: (system, { primary, standby }) => system.switchover(primary, standby),
  },
  {
    name: 'postmaster-killed',
    title: 'kill -9 of the postmaster',
    movesPrimary: false,
    strike: async (system, { primary }) => void (await killPostmaster(system, primary)),
  },
  {
    name: 'postmaster-killed-wal',
    title: 'the same, 2 GB of WAL since the last checkpoint',
    movesPrimary: false,
    prepare: fillWal,
    strike: async (system, { primary }) => void (await killPostmaster(system, primary)),
  },
  {
    name: 'power-off',
    title: "power off of the primary's host",
    endsHost: true,
    movesPrimary: true,
    strike: async (system, { primary }) => void (await system.lab.kill(primary)),
    heal: async (system, { primary }) => void (await system.lab.boot(primary)),
  },
  {
    name: 'cut-off',
    title: "the primary's host cut from the network",
    movesPrimary: true,
    strike: async (system, { primary }) => void (await system.lab.cut(primary)),
    heal: async (system, { primary }) => void (await system.lab.heal(primary)),
  },
  {
    name: 'agent-frozen',
    title: 'agent on the primary SIGSTOPped',
    oursAlone: true,
    movesPrimary: true,
    strike: async (system, { primary }) => void (await inside(system.lab, primary, 'systemctl kill -s STOP netvis-agent')),
    heal: async (system, { primary }) => void (await inside(system.lab, primary, 'systemctl kill -s CONT netvis-agent || true')),
  },
  {
    name: 'agent-killed',
    title: 'agent on the primary killed',
    oursAlone: true,
    movesPrimary: false,
    strike: async (system, { primary }) => void (await inside(system.lab, primary, 'systemctl kill -s KILL netvis-agent')),
  },
  {
    name: 'helpers-off',
    title: 'kill -9 of the postmaster while SSH, Redis and Sentinel are off',
    oursAlone: true,
    movesPrimary: false,
    prepare: async (system) => await onEveryHost(system, 'systemctl stop ssh redis-sentinel redis-server'),
    strike: async (system, { primary }) => void (await killPostmaster(system, primary)),
    heal: async (system) => await onEveryHost(system, 'systemctl start ssh redis-server redis-sentinel'),
  },
];
