import type { SystemReading } from '../../contract/health-report.ts';

/** The clock's state from `chronyc -c tracking`: comma-separated, field 4 the offset in seconds, the last the leap status. */
export function parseChronyTracking(line: string): SystemReading['clock'] {
  const fields = line.trim().split(',');
  const offset = Number(fields[4]);
  if (fields.length < 14 || Number.isNaN(offset)) return { synchronized: null, offsetMs: null };
  return { synchronized: fields.at(-1) !== 'Not synchronised', offsetMs: Math.round(offset * 1_000_000) / 1000 };
}
