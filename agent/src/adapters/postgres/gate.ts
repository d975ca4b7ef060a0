import type { Gate } from '../../core/postgres/gate.ts';
import type { Outcome } from '../../ports/postgres-control.ts';
import { deadlineIn, until } from './deadline.ts';
import { hasLoaded, writeGate } from './gate-file.ts';
import { act, check, runSteps } from './steps.ts';
import { askOne, budgetsMs, requireRunning, type VerbParts } from './verb.ts';

export function setGate(parts: VerbParts, gate: Gate): Promise<Outcome> {
  const { place } = parts;
  const deadline = deadlineIn(budgetsMs.gate);
  const look = async () => ((await hasLoaded(place, gate, deadline)) ? true : null);
  const steps = [
    check('the server runs', () => requireRunning(parts)),
    act('write who may connect', () => writeGate(place, gate)),
    act('reload', () => askOne(parts, deadline, 'SELECT pg_reload_conf()')),
    act('the server has loaded it', () => until(deadline, { waitedFor: 'the server to read who may connect', everyMs: 5, look })),
  ];
  return runSteps(gate === 'open' ? 'open-gate' : 'shut-gate', steps, parts.interrupt);
}
