import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, statfs } from 'node:fs/promises';
import { availableParallelism, loadavg, networkInterfaces } from 'node:os';
import type { CertificateReading, SystemReading } from '../contract/health-report.ts';
import { valueOr } from '../core/reading.ts';
import { parseChronyTracking } from '../core/readings/clock.ts';
import { parseMeminfo } from '../core/readings/memory.ts';
import { reasonOf, within } from './deadline.ts';
import { runProgram } from './program.ts';

const chronyc = '/usr/bin/chronyc';
const noClock: SystemReading['clock'] = { synchronized: null, offsetMs: null };

/** Load, memory and cores now; disks and clock come from the caller, who reads them more rarely. */
export async function readMachine(slow: Pick<SystemReading, 'disks' | 'clock'>): Promise<SystemReading> {
  const memory = await within(200, async () => parseMeminfo(readFileSync('/proc/meminfo', 'utf8')));
  const { totalBytes, availableBytes } = valueOr(memory, { totalBytes: 0, availableBytes: 0 });
  const load1 = Math.round((loadavg()[0] ?? 0) * 100) / 100;
  return { load1, cores: availableParallelism(), memoryTotalBytes: totalBytes, memoryAvailableBytes: availableBytes, ...slow };
}

/** Size and free space (for non-root) of the file systems; one that cannot be read in time is left out. */
export async function readDisks(paths: readonly string[]): Promise<SystemReading['disks']> {
  const readings = await Promise.all(paths.map((path) => within(800, async () => ({ path, ...sizes(await statfs(path)) }))));
  return readings.filter((reading) => reading.known).map((reading) => reading.value);
}

/** The clock's offset as chrony knows it; a host without chrony says nothing. */
export async function readClock(): Promise<SystemReading['clock']> {
  if (!existsSync(chronyc)) return noClock;
  const tracking = await within(800, (signal) => runProgram([chronyc, '-c', 'tracking'], signal));
  return tracking.known ? parseChronyTracking(tracking.value) : noClock;
}

/** End and remaining days of PEM certificates (the first of each file). */
export async function readCertificates(paths: readonly string[], nowMs: number): Promise<readonly CertificateReading[]> {
  return Promise.all(paths.map((path) => readCertificate(path, nowMs)));
}

/** Addresses on this host's interfaces, VIPs among them. */
export function readAddresses(): ReadonlySet<string> {
  return new Set(Object.values(networkInterfaces()).flatMap((entries) => (entries ?? []).map((entry) => entry.address)));
}

async function readCertificate(path: string, nowMs: number): Promise<CertificateReading> {
  try {
    const end = new X509Certificate(await readFile(path)).validToDate;
    return { path, notAfter: end.toISOString(), daysLeft: Math.floor((end.getTime() - nowMs) / 86_400_000), reason: null };
  } catch (error) {
    return { path, notAfter: null, daysLeft: null, reason: reasonOf(error) };
  }
}

function sizes(stats: { readonly bsize: number; readonly blocks: number; readonly bavail: number }) {
  return { totalBytes: stats.blocks * stats.bsize, freeBytes: stats.bavail * stats.bsize };
}
