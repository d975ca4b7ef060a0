import { catalogue } from './errors.ts';
import type { HostSummary, RunEvent, RunMode, RunReport, StepOutcome } from './run-event.ts';

/**
 * The events that count for a report: the run's last beginning and all from its last reading of the hosts on. What came
 * before was found anew then, be it an attempt that was resumed or a plan that waited for another run.
 */
export function sinceLastPlan<T extends RunEvent>(events: readonly T[]): readonly T[] {
  const lastReport = events.findLastIndex(({ event }) => event === 'report');
  const lastReading = events.findLastIndex((event) => event.event === 'phase' && event.phase === 'facts');
  const from = Math.max(lastReport + 1, lastReading);
  const begin = events.slice(0, from).findLast(({ event }) => event === 'run');
  return [...(begin ? [begin] : []), ...events.slice(from)];
}

/** Sums up the events of a run. A host's `ms` is the longest time an event of it names. */
export function buildReport(run: { id: string; mode: RunMode; ms: number }, events: readonly RunEvent[]): RunReport {
  const hosts: Record<string, HostSummary> = {};
  const problems = events.flatMap((event) => ('problem' in event && event.problem ? [event.problem] : []));
  for (const event of events) addEvent(hosts, event);
  const sums = Object.values(hosts);
  const changed = sums.reduce((sum, host) => sum + host.changed, 0);
  const failed = sums.some((host) => host.failed > 0);
  return { run: run.id, mode: run.mode, outcome: outcomeOf({ changed, failed, problems }), changed, hosts, problems, ms: run.ms };
}

/** `refused` = nothing was done, for safety; a refusal in the middle of a run is a failure of that run. */
function outcomeOf(found: { changed: number; failed: boolean; problems: RunReport['problems'] }): RunReport['outcome'] {
  if (found.changed === 0 && found.problems.some(({ code }) => catalogue[code].exit === refusedExit)) return 'refused';
  return found.failed || found.problems.length > 0 ? 'failed' : 'done';
}

const refusedExit = 6;

function addEvent(hosts: Record<string, HostSummary>, event: RunEvent): void {
  if (event.event === 'run') for (const host of event.hosts) summaryOf(hosts, host);
  if (event.event === 'host') {
    const host = summaryOf(hosts, event.host);
    host.ms = Math.max(host.ms, event.ms);
    if (event.state === 'unreachable') host.failed += 1;
  }
  if (event.event === 'unchanged') summaryOf(hosts, event.host).ok += event.steps;
  if (event.event === 'step') {
    const host = summaryOf(hosts, event.host);
    host[counterOf(event.outcome)] += 1;
    host.ms = Math.max(host.ms, event.ms ?? 0);
  }
}

function counterOf(outcome: StepOutcome): 'ok' | 'changed' | 'failed' | 'skipped' {
  return outcome === 'aborted' ? 'failed' : outcome;
}

function summaryOf(hosts: Record<string, HostSummary>, host: string): HostSummary {
  hosts[host] ??= { ok: 0, changed: 0, failed: 0, skipped: 0, ms: 0 };
  return hosts[host];
}
