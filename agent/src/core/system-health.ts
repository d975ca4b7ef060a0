import type { CertificateReading, CheckResult, HealthState, SystemReading } from '../contract/health-report.ts';
import type { Readings } from './readings.ts';

/** Free space and memory, in percent of the whole, below which a host is in trouble. */
export const limits = {
  diskFreePercent: { warning: 15, critical: 5 },
  memoryAvailablePercent: { warning: 8, critical: 3 },
  certificateDays: { warning: 60, critical: 7 },
  clockOffsetMs: { warning: 500, critical: 5000 },
} as const;

/** The checks of the machine itself: disks, memory, certificates, clock. */
export function systemHealth(readings: Readings): readonly CheckResult[] {
  return [
    ...readings.system.disks.map(diskHealth),
    ...memoryHealth(readings.system),
    ...readings.certificates.map(certificateHealth),
    ...clockHealth(readings.system.clock),
  ];
}

function diskHealth(disk: SystemReading['disks'][number]): CheckResult {
  const free = percent(disk.freeBytes, disk.totalBytes);
  return { name: `disk ${disk.path}`, kind: 'disk', state: whenBelow(free, limits.diskFreePercent), message: `${free} % free` };
}

function memoryHealth(system: SystemReading): readonly CheckResult[] {
  if (system.memoryTotalBytes === 0) return [];
  const free = percent(system.memoryAvailableBytes, system.memoryTotalBytes);
  return [{ name: 'memory', kind: 'memory', state: whenBelow(free, limits.memoryAvailablePercent), message: `${free} % available` }];
}

function certificateHealth(certificate: CertificateReading): CheckResult {
  const { path, daysLeft, reason } = certificate;
  const base = { name: `certificate ${path}`, kind: 'certificate' } as const;
  if (daysLeft === null) return { ...base, state: 'critical', message: reason ?? 'cannot be read' };
  return { ...base, state: whenBelow(daysLeft, limits.certificateDays), message: daysLeft < 0 ? 'has ended' : `${daysLeft} days left` };
}

/** A clock nobody measures is not judged: how it differs from other hosts is seen by the control plane. */
function clockHealth(clock: SystemReading['clock']): readonly CheckResult[] {
  if (clock.offsetMs === null) return [];
  const offset = Math.abs(clock.offsetMs);
  const state = offset >= limits.clockOffsetMs.critical ? 'critical' : offset >= limits.clockOffsetMs.warning ? 'warning' : 'ok';
  return [{ name: 'clock', kind: 'clock', state, message: `${clock.offsetMs} ms off` }];
}

function whenBelow(value: number, limit: { readonly warning: number; readonly critical: number }): HealthState {
  return value < limit.critical ? 'critical' : value < limit.warning ? 'warning' : 'ok';
}

const percent = (part: number, whole: number) => (whole === 0 ? 100 : Math.floor((part * 100) / whole));
