import { NvError, type Problem } from '../core/errors.ts';
import { buildReport } from '../core/report.ts';
import type { RunEvent, RunReport } from '../core/run-event.ts';
import type { Clock } from '../ports/clock.ts';
import type { RunPlan, RunRecord, RunStore } from '../ports/run-store.ts';
import type { Next } from './next.ts';
import { hostsToRead, type RunSite } from './run-site.ts';
import type { StageResult } from './run-stage.ts';

/** What a batch came to: results of its hosts; a host without one was lost with its worker. */
export type BatchResult = { readonly index: number; readonly results: readonly StageResult[] };

/**
 * After a batch: on to the next one without the hosts that failed, to the check at the end, or, when more hosts failed
 * in the whole run than it allows or one of a stage whose order protects a service, to the report. What is left out is
 * reported as skipped.
 */
export async function advanceRun(run: RunSite, batch: BatchResult, store: RunStore): Promise<Next> {
  const { id, maxFail } = run.record;
  const plan = await store.plan(id);
  const current = plan.batches[batch.index];
  if (!current) throw new Error(`run ${id} has no batch ${batch.index}`);
  const failed = current.hosts.filter((host) => batch.results.find((result) => result.host === host)?.failed !== false);
  await store.append(id, [{ event: 'stage', stage: current.stage, state: failed.length > 0 ? 'failed' : 'done', hosts: current.hosts }]);
  const done = { plan, index: batch.index };
  const allFailed = failedHosts(await store.events(id), failed);
  if (allFailed.size > maxFail || (failed.length > 0 && isProtected(run, current.stage)))
    return await leaveOut(run, done, { store, hosts: null });
  if (failed.length > 0) await leaveOut(run, done, { store, hosts: new Set(failed) });
  const index = (await store.plan(id)).batches.findIndex(({ hosts }, i) => i > batch.index && hosts.length > 0);
  if (index !== -1) return { kind: 'batch', index };
  await store.append(id, [{ event: 'phase', phase: 'verify' }]);
  return { kind: 'facts', purpose: 'verify', hosts: hostsToRead(run) };
}

/** Hosts of which some step failed in this run. */
function failedHosts(events: readonly RunEvent[], now: readonly string[]): ReadonlySet<string> {
  const earlier = events.flatMap((event) => (event.event === 'step' && ['failed', 'aborted'].includes(event.outcome) ? [event.host] : []));
  return new Set([...earlier, ...now]);
}

/** In a stage with a leader or a quorum the next host is touched only when the one before it is well. */
function isProtected(run: RunSite, stage: string): boolean {
  const found = run.playbook.stages.find((candidate) => candidate.stage === stage);
  return Boolean(found?.leader || found?.quorum);
}

type Left = { readonly store: RunStore /** null = every host. */; readonly hosts: ReadonlySet<string> | null };

/** Takes hosts out of the batches that are left and reports their stages as skipped. */
async function leaveOut(run: RunSite, at: { plan: RunPlan; index: number }, { store, hosts }: Left): Promise<Next> {
  const isOut = (host: string) => hosts === null || hosts.has(host);
  const skipped = at.plan.batches
    .slice(at.index + 1)
    .flatMap(({ stage, hosts: planned }): RunEvent[] =>
      planned
        .filter(isOut)
        .map((host) => ({ event: 'step', host, stage, step: `stage ${stage}`, outcome: 'skipped', summary: 'an earlier stage failed' })),
    );
  const batches = at.plan.batches.map((batch, i) =>
    i <= at.index ? batch : { ...batch, hosts: batch.hosts.filter((host) => !isOut(host)) },
  );
  await store.savePlan(run.record.id, { ...at.plan, batches });
  await store.append(run.record.id, skipped);
  return { kind: 'end' };
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
