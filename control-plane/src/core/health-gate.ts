import type { CheckResult } from '@netvis/agent/contract/health-report';
import type { Problem } from './errors.ts';
import { type HostReading, staleMs } from './status/host-reading.ts';

/** Names of the checks of a host that a change must leave well; null = its agent says nothing to go by. */
export type WellChecks = ReadonlySet<string> | null;

/**
 * What is known to have been well before a change: what ailed already, or nobody could tell, is not its doing. A unit's state
 * may be older than its report; the process or the answer of the same service, which is checked beside it, is not.
 */
export function wellChecks(reading: HostReading): WellChecks {
  if (!('report' in reading) || reading.ageMs > staleMs) return null;
  const well = reading.report.checks.filter(({ kind, state }) => kind !== 'unit' && (state === 'ok' || state === 'warning'));
  return new Set(well.map(({ name }) => name));
}

/** Whether the agent began to look, for this report, no longer than `sinceMs` ago; false where there is no report. */
export function isLookedSince(reading: HostReading, sinceMs: number): boolean {
  return 'report' in reading && reading.ageMs + reading.report.agent.tickMs <= sinceMs;
}

/**
 * What was well before a change and ails in a report that the agent began after it, `sinceMs` ago; null while there is
 * no such report.
 */
export function newlyAiling(before: ReadonlySet<string>, reading: HostReading, sinceMs: number): readonly CheckResult[] | null {
  if (!('report' in reading) || !isLookedSince(reading, sinceMs)) return null;
  return reading.report.checks.filter(({ name, state }) => state === 'critical' && before.has(name));
}

/** Why the hosts after this one are left as they are. */
export function unhealthy(host: string, ailing: readonly CheckResult[] | null): Problem {
  const what = ailing ? ailing.map(({ name, message }) => `${name}: ${message}`).join('; ') : 'its agent no longer reports';
  return {
    code: 'NV_UNHEALTHY',
    host,
    message: `the change left it ailing: ${what}`,
    hint: 'The hosts after it are left as they are. Look at the service’s log on the host, correct the inventory and apply again.',
  };
}
