import type { AgentConfig } from './contract/agent-config.ts';
import type { HealthReport } from './contract/health-report.ts';
import { buildReport, type Moment, transitions } from './core/report.ts';
import type { Journal, Outlet } from './ports/outlets.ts';
import type { Sense } from './ports/sensors.ts';

/** What a tick works with; `moment` is asked once the sensors are done. */
export type Tick = {
  readonly config: AgentConfig;
  readonly sense: Sense;
  readonly moment: () => Moment;
  readonly outlets: readonly Outlet[];
  readonly journal: Journal;
};

/** One round: sense → report → publish. Gives the report; never rejects as long as sensors and outlets keep their contract. */
export async function tick(parts: Tick, last: HealthReport | null): Promise<HealthReport> {
  const readings = await parts.sense();
  const report = buildReport(parts.config, readings, parts.moment());
  logChanges(parts.journal, last, report);
  await Promise.all(parts.outlets.map((outlet) => outlet.publish(report)));
  return report;
}

function logChanges(journal: Journal, last: HealthReport | null, report: HealthReport): void {
  for (const { check, before } of transitions(last, report)) {
    const level = check.state === 'ok' ? 'info' : check.state === 'critical' ? 'error' : 'warning';
    journal(level, check.message, { check: check.name, state: check.state, before });
  }
}
