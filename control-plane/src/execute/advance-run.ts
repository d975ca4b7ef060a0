import { NvError, type Problem } from '../core/errors.ts';
import { planWithout } from '../core/lost-hosts.ts';
import { buildReport, sinceLastPlan } from '../core/report.ts';
import type { RunEvent, RunReport } from '../core/run-event.ts';
import type { Clock } from '../ports/clock.ts';
import type { RunPlan, RunRecord, RunStore } from '../ports/run-store.ts';
import { isLoss } from './host-loss.ts';
import type { Next } from './next.ts';
import { problemEvent, skippedStage } from './plan-events.ts';
import { hostsToRead, type RunSite } from './run-site.ts';
import type { StageResult } from './run-stage.ts';

/** What a batch came to: results of its hosts; a host without one was lost with its worker. */
export type BatchResult = { readonly index: number; readonly results: readonly StageResult[] };

/**
 * After a batch: on to the next one without the hosts that failed or were lost, to the check at the end, or to the
 * report, when more hosts failed in the whole run than it allows, or one of a stage whose order protects a service. One
 * lost host is left behind in any case. What is left out is reported as skipped.
 */
export async function advanceRun(run: RunSite, batch: BatchResult, store: RunStore): Promise<Next> {
  const { id, maxFail } = run.record;
  const plan = await store.plan(id);
  const current = plan.batches[batch.index];
  if (!current) throw new Error(`run ${id} has no batch ${batch.index}`);
  const now = current.hosts.filter((host) => batch.results.find((result) => result.host === host)?.failed !== false);
  await store.append(id, [{ event: 'stage', stage: current.stage, state: now.length > 0 ? 'failed' : 'done', hosts: current.hosts }]);
  const { failed, lost } = troubledHosts(sinceLastPlan(await store.events(id)), now);
  const isOver = failed.size > maxFail || lost.size > Math.max(maxFail, 1);
  if (isOver || (now.some((host) => failed.has(host)) && isProtected(run, current.stage)))
    return await leaveAll(run, { plan, index: batch.index }, store);
  if (now.length > 0) await leaveBehind(run, { plan, index: batch.index, failed, lost }, store);
  const index = (await store.plan(id)).batches.findIndex(({ hosts }, i) => i > batch.index && hosts.length > 0);
  if (index !== -1) return { kind: 'batch', index };
  await store.append(id, [{ event: 'phase', phase: 'verify' }]);
  return { kind: 'facts', purpose: 'verify', hosts: hostsToRead(run) };
}

type Troubled = { readonly failed: ReadonlySet<string>; readonly lost: ReadonlySet<string> };

/** Hosts of which some step failed in this run, and those that went away; one that did both failed. */
function troubledHosts(events: readonly RunEvent[], now: readonly string[]): Troubled {
  const steps = events.flatMap((event) => (event.event === 'step' ? [event] : []));
  const gone = steps.filter(({ outcome, problem }) => outcome === 'aborted' && problem && isLoss(problem.code)).map(({ host }) => host);
  const broken = steps.filter(
    ({ outcome, problem }) => outcome === 'failed' || (outcome === 'aborted' && !(problem && isLoss(problem.code))),
  );
  const failed = new Set([...broken.map(({ host }) => host), ...now.filter((host) => !gone.includes(host))]);
  return { failed, lost: new Set(gone.filter((host) => !failed.has(host))) };
}

/** In a stage with a leader or a quorum the next host is touched only when the one before it is well. */
function isProtected(run: RunSite, stage: string): boolean {
  const found = run.playbook.stages.find((candidate) => candidate.stage === stage);
  return Boolean(found?.leader || found?.quorum);
}

type At = { readonly plan: RunPlan; readonly index: number };

/** Goes on without the hosts in trouble. */
async function leaveBehind(run: RunSite, { plan, ...at }: At & Troubled, store: RunStore): Promise<void> {
  const after = planWithout(plan, { ...run, ...at });
  await store.savePlan(run.record.id, after.plan);
  await store.append(run.record.id, [...after.left.map(skippedStage), ...after.problems.map(problemEvent)]);
}

/** Ends the run; every batch that is left is reported as skipped. */
async function leaveAll(run: RunSite, { plan, index }: At, store: RunStore): Promise<Next> {
  const left = plan.batches
    .slice(index + 1)
    .flatMap(({ stage, hosts }) => hosts.map((host) => ({ host, stage, why: 'an earlier stage failed' })));
  await store.append(run.record.id, left.map(skippedStage));
  await store.savePlan(run.record.id, { ...plan, batches: plan.batches.map((batch, i) => (i <= index ? batch : { ...batch, hosts: [] })) });
  return { kind: 'end' };
}

type Ending = { readonly store: RunStore; readonly clock: Clock; readonly outcome?: RunReport['outcome'] };

/** Writes the report of a run from its events and returns it, or the one it has; `outcome` goes before what the events say. */
export async function endRun(record: RunRecord, { store, clock, outcome }: Ending): Promise<RunReport> {
  const events = await store.events(record.id);
  const ms = Date.parse(clock.nowIso()) - Date.parse(record.resumedAt ?? record.createdAt);
  const summed = buildReport({ id: record.id, mode: record.mode, ms }, sinceLastPlan(events));
  const report = outcome ? { ...summed, outcome } : summed;
  const isFirst = await store.append(record.id, [{ event: 'report', ...report }]);
  return isFirst ? report : ((await store.report(record.id)) ?? report);
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
