import { NvError, type Problem } from '../core/errors.ts';
import { buildReport } from '../core/report.ts';
import type { RunEvent, RunReport } from '../core/run-event.ts';
import type { Clock } from '../ports/clock.ts';
import type { RunPlan, RunRecord, RunStore } from '../ports/run-store.ts';
import type { Next } from './next.ts';
import type { StageResult } from './run-stage.ts';

/** What a batch came to: results of its hosts; a host without one was lost with its worker. */
export type BatchResult = { readonly index: number; readonly results: readonly StageResult[] };

/**
 * After a batch: on to the next one, to the check at the end, or, when more hosts failed than the run allows, to the
 * report. The hosts of the batches left out are reported as skipped.
 */
export async function advanceRun(record: RunRecord, batch: BatchResult, store: RunStore): Promise<Next> {
  const plan = await store.plan(record.id);
  const current = plan.batches[batch.index];
  if (!current) throw new Error(`run ${record.id} has no batch ${batch.index}`);
  const failed = current.hosts.filter((host) => batch.results.find((result) => result.host === host)?.failed !== false);
  await store.append(record.id, [
    { event: 'stage', stage: current.stage, state: failed.length > 0 ? 'failed' : 'done', hosts: current.hosts },
  ]);
  if (failed.length > record.maxFail) return await stop(record, { plan, index: batch.index }, store);
  if (batch.index + 1 < plan.batches.length) return { kind: 'batch', index: batch.index + 1 };
  await store.append(record.id, [{ event: 'phase', phase: 'verify' }]);
  return { kind: 'facts', purpose: 'verify', hosts: [...new Set(plan.batches.flatMap(({ hosts }) => hosts))] };
}

type Ending = { readonly store: RunStore; readonly clock: Clock; readonly outcome?: RunReport['outcome'] };

/** Writes the report of a run from its events and returns it; `outcome` goes before what the events say. */
export async function endRun(record: RunRecord, { store, clock, outcome }: Ending): Promise<RunReport> {
  const events = await store.events(record.id);
  const ms = Date.parse(clock.nowIso()) - Date.parse(record.createdAt);
  const summed = buildReport({ id: record.id, mode: record.mode, ms }, events);
  const report = outcome ? { ...summed, outcome } : summed;
  await store.append(record.id, [{ event: 'report', ...report }]);
  return report;
}

/** Ends a run that cannot go on: its last events are the reason and the report. */
export async function failRun(record: RunRecord, reason: unknown, ports: Ending): Promise<RunReport> {
  await ports.store.append(record.id, [{ event: 'problem', problem: problemOf(reason) }]);
  return await endRun(record, ports);
}

/** What was thrown, as events tell it. */
export function problemOf(error: unknown): Problem {
  if (error instanceof NvError) return { code: error.code, message: error.message, ...(error.hint ? { hint: error.hint } : {}) };
  return { code: 'NV_UNEXPECTED', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

async function stop(record: RunRecord, at: { plan: RunPlan; index: number }, store: RunStore): Promise<Next> {
  const left = at.plan.batches.slice(at.index + 1);
  const skipped = left.flatMap(({ stage, hosts }): RunEvent[] =>
    hosts.map((host) => ({ event: 'step', host, stage, step: `stage ${stage}`, outcome: 'skipped', summary: 'an earlier stage failed' })),
  );
  await store.append(record.id, skipped);
  return { kind: 'end' };
}
