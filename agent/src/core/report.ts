import type { AgentConfig } from '../contract/agent-config.ts';
import type { CheckResult, HealthReport } from '../contract/health-report.ts';
import { evaluateHealth, worstState } from './health.ts';
import type { Readings } from './readings.ts';

/** What the process knows of itself and of the moment. */
export type Moment = Pick<HealthReport, 'time' | 'uptimeSeconds' | 'agent'>;

/** The report of one tick. */
export function buildReport(config: AgentConfig, readings: Readings, moment: Moment): HealthReport {
  const checks = evaluateHealth(config, readings);
  const { postgres, redis, sentinel, etcd, failover } = readings;
  return {
    format: 1,
    cluster: config.cluster,
    host: config.host,
    roles: config.roles,
    ...moment,
    state: worstState(checks.map((check) => check.state)),
    checks: [...checks],
    system: readings.system,
    ...(postgres ? { postgres } : {}),
    ...(redis ? { redis } : {}),
    ...(sentinel ? { sentinel } : {}),
    ...(etcd ? { etcd } : {}),
    ...(failover ? { failover } : {}),
    vips: heldVips(config.vips, readings.addresses),
    certificates: [...readings.certificates],
    events: [...readings.events],
  };
}

/** A check whose state differs from the last report's; `before` is null for a check seen first. */
export type Transition = { readonly check: CheckResult; readonly before: CheckResult['state'] | null };

/** The checks that changed state between two reports; a check that begins as ok is no news. */
export function transitions(before: HealthReport | null, after: HealthReport): readonly Transition[] {
  const old = new Map(before?.checks.map((check) => [check.name, check.state]));
  return after.checks
    .map((check) => ({ check, before: old.get(check.name) ?? null }))
    .filter(({ check, before: state }) => check.state !== (state ?? 'ok'));
}

function heldVips(vips: AgentConfig['vips'], addresses: ReadonlySet<string>): HealthReport['vips'] {
  return Object.fromEntries(Object.entries(vips).map(([name, address]) => [name, { address, held: addresses.has(address) }]));
}
