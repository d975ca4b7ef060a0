import type { AgentConfig, Check } from '../contract/agent-config.ts';
import type { CheckResult, HealthState } from '../contract/health-report.ts';
import { dataHealth } from './data-health.ts';
import type { Reading } from './reading.ts';
import { hasProcess } from './readings/process-table.ts';
import type { UnitState } from './readings/unit-states.ts';
import type { Readings } from './readings.ts';
import { systemHealth } from './system-health.ts';

/** Every check of the host with its outcome: the configured ones, then those of the services, then the machine's. */
export function evaluateHealth(config: AgentConfig, readings: Readings): readonly CheckResult[] {
  return [...config.checks.map((check) => configuredCheck(check, readings)), ...dataHealth(config, readings), ...systemHealth(readings)];
}

/** The worst of the checks; `unknown` counts as worse than ok and better than a warning. */
export function worstState(states: readonly HealthState[]): HealthState {
  const order: readonly HealthState[] = ['ok', 'unknown', 'warning', 'critical'];
  return order[Math.max(0, ...states.map((state) => order.indexOf(state)))] ?? 'ok';
}

function configuredCheck(check: Check, readings: Readings): CheckResult {
  const outcome = outcomeOf(check, readings);
  const { name, kind } = check;
  if ('unread' in outcome) return { name, kind, state: 'unknown', message: outcome.unread };
  return { name, kind, state: outcome.good ? 'ok' : check.severity, message: outcome.message };
}

type Outcome = { readonly good: boolean; readonly message: string } | { readonly unread: string };

function outcomeOf(check: Check, readings: Readings): Outcome {
  switch (check.kind) {
    case 'process':
      return processOutcome(readings.processes, check.process);
    case 'unit':
      return unitOutcome(readings.units, check.unit);
    case 'http':
    case 'tcp':
      return probeOutcome(readings.probes.get(check.name));
    default:
      return check satisfies never;
  }
}

function processOutcome(processes: Readings['processes'], name: string): Outcome {
  if (!processes.known) return { unread: processes.reason };
  return hasProcess(processes.value, name)
    ? { good: true, message: `process ${name} runs` }
    : { good: false, message: `no process ${name}` };
}

function unitOutcome(units: Readings['units'], name: string): Outcome {
  if (!units.known) return { unread: units.reason };
  const unit: UnitState | undefined = units.value.get(name);
  if (!unit?.loaded) return { good: false, message: `${name} does not exist` };
  return { good: unit.active === 'active', message: `${name} is ${unit.active} (${unit.sub})` };
}

function probeOutcome(probe: Reading<string> | undefined): Outcome {
  if (!probe) return { unread: 'not probed yet' };
  return probe.known ? { good: true, message: probe.value } : { good: false, message: probe.reason };
}
