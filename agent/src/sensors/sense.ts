import type { AgentConfig, Check } from '../contract/agent-config.ts';
import type { Readings } from '../core/readings.ts';
import type { Sense } from '../ports/sensors.ts';
import { everyMs } from './deadline.ts';
import { etcdSensor } from './etcd.ts';
import { readAddresses, readCertificates, readClock, readDisks, readMachine } from './machine.ts';
import { postgresSensor } from './postgres.ts';
import { type Probe, runProbes } from './probes.ts';
import { processSensor } from './processes.ts';
import { readRedis, readSentinel } from './redis.ts';
import { readSpool } from './spool.ts';
import { readUnits } from './units.ts';

export type Clock = { /** Never goes back. */ monotonicMs(): number; wallMs(): number };

/**
 * All sensors of a configuration as one. What is cheap or urgent is read each tick; a process must be started for the
 * units, so they wait fifteen seconds while all are well and the same processes live; disks, clock,
 * certificates and the spool change slowly.
 */
export function composeSensors(config: AgentConfig, clock: Clock): { sense: Sense; close(): Promise<void> } {
  const postgres = config.postgres && postgresSensor(config.postgres);
  const machine = machineSensors(config, clock);
  const services = serviceSensors(config);
  const probes = config.checks.filter((check): check is Probe => check.kind === 'http' || check.kind === 'tcp');
  const sense = async (): Promise<Readings> => {
    const [own, data, outcomes, server] = await Promise.all([machine(), services(), runProbes(probes), postgres?.read()]);
    return { ...own, ...data, probes: outcomes, ...(server ? { postgres: server } : {}) };
  };
  return { sense, close: async () => postgres?.close() };
}

type MachineReadings = Pick<Readings, 'processes' | 'units' | 'system' | 'certificates' | 'addresses' | 'events'>;

function machineSensors(config: AgentConfig, clock: Clock): () => Promise<MachineReadings> {
  const slowly = <T>(ms: number, read: () => Promise<T>) => everyMs(ms, clock.monotonicMs, read);
  const processes = processSensor(config.checks.flatMap((check) => (check.kind === 'process' ? [check.process] : [])));
  let isAsBefore = false;
  const lastingMs = (states: Readings['units']) => (isAsBefore ? unitsLastMs(states) : 0);
  const units = everyMs(lastingMs, clock.monotonicMs, () => readUnits(config.checks.flatMap(unitOf)));
  const disks = slowly(10_000, () => readDisks(config.disks));
  const time = slowly(60_000, readClock);
  const certificates = slowly(5000, () => readCertificates(config.certificates, clock.wallMs()));
  const events = slowly(2000, () => readSpool(config.spoolDirectory));
  let alive = '';
  return async () => {
    const running = processes();
    const names = running.known ? [...running.value].join(' ') : running.reason;
    isAsBefore = names === alive;
    alive = names;
    const [unitStates, ends, recent, free, offset] = await Promise.all([units(), certificates(), events(), disks(), time()]);
    const system = await readMachine({ disks: free, clock: offset });
    return { processes: running, units: unitStates, system, certificates: ends, addresses: readAddresses(), events: recent };
  };
}

function serviceSensors({ redis, sentinel, etcd }: AgentConfig): () => Promise<Pick<Readings, 'redis' | 'sentinel' | 'etcd'>> {
  const readers = {
    ...(redis ? { redis: () => readRedis(redis) } : {}),
    ...(sentinel ? { sentinel: () => readSentinel(sentinel) } : {}),
    ...(etcd ? { etcd: etcdSensor(etcd) } : {}),
  };
  return async () => {
    const entries = Object.entries(readers).map(async ([name, read]) => [name, await read()] as const);
    return Object.fromEntries(await Promise.all(entries));
  };
}

/** A unit that is not running is looked at each tick, so that the report follows its start at once. */
function unitsLastMs(states: Readings['units']): number {
  return states.known && [...states.value.values()].every(({ active }) => active === 'active') ? 15_000 : 0;
}

const unitOf = (check: Check): readonly string[] => (check.kind === 'unit' ? [check.unit] : []);
