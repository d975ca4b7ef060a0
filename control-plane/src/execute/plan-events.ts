import type { Problem } from '../core/errors.ts';
import type { PlannedStep } from '../core/plan.ts';
import type { RunEvent, RunMode } from '../core/run-event.ts';
import type { SiteHost } from '../core/site.ts';
import type { FactsResult } from './next.ts';

/** A host with the comparison of all its steps. */
export type HostPlan = { readonly host: SiteHost; readonly steps: readonly PlannedStep[] };

/** Unified diffs, masked, by the steps that change a file. */
export type FileDiffs = ReadonlyMap<PlannedStep, string>;

/** A host's answer, or why there is none. */
export function hostEvent(result: FactsResult): RunEvent {
  if ('facts' in result) return { event: 'host', host: result.host, state: 'facts', ms: result.ms };
  return { event: 'host', host: result.host, state: 'unreachable', ms: result.ms, problem: result.problem };
}

export function problemEvent(problem: Problem): RunEvent {
  return { event: 'problem', problem, ...(problem.host ? { host: problem.host } : {}) };
}

/** A stage that should change a host and is left out there, and why. */
export type LeftStage = { readonly host: string; readonly stage: string; readonly why: string };

export type Telling = { readonly mode: RunMode; readonly diffs: FileDiffs; readonly left: readonly LeftStage[] };

/**
 * How many steps need nothing, and which stages are left out; for a preview also each step that would change, for an
 * apply what it changes in files.
 */
export function planEvents({ host, steps }: HostPlan, { mode, diffs, left }: Telling): readonly RunEvent[] {
  const changes = steps.filter(({ diff }) => diff.kind === 'change');
  const unchanged: RunEvent = { event: 'unchanged', host: host.name, steps: steps.length - changes.length };
  const out = left.filter((each) => each.host === host.name);
  const done = changes.filter(({ step }) => !out.some(({ stage }) => stage === step.stage));
  const toEvent = mode === 'apply' ? diffEvents : previewEvents;
  return [unchanged, ...out.map(skippedStage), ...done.flatMap((planned) => toEvent(host, planned, diffs.get(planned)))];
}

function previewEvents(host: SiteHost, planned: PlannedStep, diff: string | undefined): readonly RunEvent[] {
  return [{ ...stepEvent(host, planned), ...(diff === undefined ? {} : { diff }) }];
}

function diffEvents(host: SiteHost, { step }: PlannedStep, diff: string | undefined): readonly RunEvent[] {
  return diff === undefined ? [] : [{ event: 'diff', host: host.name, stage: step.stage, step: step.name, diff }];
}

export function skippedStage({ host, stage, why }: LeftStage): RunEvent {
  return { event: 'step', host, stage, step: skippedName(stage), outcome: 'skipped', summary: why };
}

const skippedName = (stage: string) => `stage ${stage}`;

/** Steps that still differ after the run, as failures, but for those of stages that `events` say were left out. */
export function unsettledEvents({ host, steps }: HostPlan, events: readonly RunEvent[]): readonly RunEvent[] {
  const left = events.flatMap((event) =>
    event.event === 'step' && event.outcome === 'skipped' && event.host === host.name ? [event] : [],
  );
  const isLeft = (stage: string) => left.some((event) => event.stage === stage && event.step === skippedName(stage));
  return steps
    .filter(({ step, diff }) => diff.kind !== 'noop' && !isLeft(step.stage))
    .map((planned) => {
      const event = stepEvent(host, planned);
      const message = `${planned.step.name}: ${event.summary}`;
      return { ...event, outcome: 'failed', problem: { code: 'NV_NOT_CONVERGED', host: host.name, message } };
    });
}

function stepEvent(host: SiteHost, { step, diff }: PlannedStep): RunEvent & { event: 'step' } {
  const summary = 'summary' in diff ? diff.summary : diff.kind;
  return { event: 'step', host: host.name, stage: step.stage, step: step.name, outcome: 'changed', summary };
}
