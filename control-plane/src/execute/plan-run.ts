import { deriveLiveRoles, isManaged, systemFacts } from '../core/cluster-view.ts';
import { NvError, type Problem } from '../core/errors.ts';
import type { HostFacts } from '../core/facts/fact-source.ts';
import { hasChange, type PlannedStep, planStage, refusals } from '../core/plan.ts';
import { batchesOf } from '../core/plan-order.ts';
import { preflight, type ReadSpan } from '../core/preflight.ts';
import type { RunEvent } from '../core/run-event.ts';
import type { SiteHost } from '../core/site.ts';
import type { Clock } from '../ports/clock.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { FactsResult, Next } from './next.ts';
import { type RenderState, type RunSite, stepsOf } from './run-site.ts';

type Ports = { readonly store: RunStore; readonly clock: Clock };
type HostPlan = { readonly host: SiteHost; readonly steps: readonly PlannedStep[] };

/**
 * Facts of all hosts → live roles → preflight → comparison. Stores the plan and says what comes next: the first batch
 * for an apply with changes, else the end. Any refusal ends the run before a change.
 */
export async function planRun(run: RunSite, results: readonly FactsResult[], ports: Ports): Promise<Next> {
  const { store } = ports;
  const id = run.record.id;
  await store.append(id, [...results.map(hostEvent), { event: 'phase', phase: 'plan' }]);
  const facts = readFacts(results);
  const view = deriveLiveRoles(run.site, facts);
  const findings = [
    ...view.problems,
    ...preflight({ site: run.site, facts, nowMs: Date.parse(ports.clock.nowIso()), readAt: readSpans(results) }),
  ];
  const unlockProblem = await unlock(run, isManaged(run.site, facts));
  if (unlockProblem) return await refuse(run, store, [unlockProblem]);
  if (findings.length > 0 && run.record.mode === 'apply') return await refuse(run, store, findings);
  const state = { live: view.live, systems: systemsOf(run, facts) };
  const plans = compareHosts(run, facts, state);
  const refused = plans.flatMap(({ steps }) => refusals(steps));
  if (refused.length > 0) return await refuse(run, store, refused);
  await store.append(id, [...findings.map(problemEvent), ...plans.flatMap((plan) => planEvents(run, plan))]);
  if (run.record.mode !== 'apply') return { kind: 'end' };
  const batches = run.playbook.stages.flatMap((stage) => batchesOf(stage, changingHosts(plans, stage.stage), view.live));
  await store.savePlan(id, { ...state, batches });
  return batches.length > 0 ? { kind: 'batch', index: 0 } : { kind: 'end' };
}

/** The check at the end: facts again, and every comparison must be empty. */
export async function verifyRun(run: RunSite, results: readonly FactsResult[], ports: Ports): Promise<Next> {
  const facts = readFacts(results);
  const view = deriveLiveRoles(run.site, facts);
  const plans = compareHosts(run, facts, { live: view.live, systems: systemsOf(run, facts) });
  const left = plans.flatMap(({ host, steps }) =>
    steps
      .filter(({ diff }) => diff.kind !== 'noop')
      .map(({ step, diff }) => unsettled(host, step.stage, `${step.name}: ${'summary' in diff ? diff.summary : diff.kind}`)),
  );
  await ports.store.append(run.record.id, [
    ...results.filter((result) => 'problem' in result).map(hostEvent),
    ...view.problems.map(problemEvent),
    ...left,
  ]);
  return { kind: 'end' };
}

function compareHosts(run: RunSite, facts: Readonly<Record<string, HostFacts>>, state: RenderState): readonly HostPlan[] {
  return run.targets.flatMap((host) => {
    const own = facts[host.name];
    if (!own) return [];
    const steps = stepsOf(run, host, state);
    const stages = [...new Set(steps.map((step) => step.stage))];
    return [
      {
        host,
        steps: stages.flatMap((stage) =>
          planStage(
            steps.filter((step) => step.stage === stage),
            own,
            run.kinds,
          ),
        ),
      },
    ];
  });
}

function planEvents(run: RunSite, { host, steps }: HostPlan): readonly RunEvent[] {
  const changes = steps.filter(({ diff }) => diff.kind === 'change');
  const unchanged: RunEvent = { event: 'unchanged', host: host.name, steps: steps.length - changes.length };
  if (run.record.mode === 'apply') return [unchanged];
  return [unchanged, ...changes.map(({ step, diff }) => plannedEvent(host, step, 'summary' in diff ? diff.summary : ''))];
}

function plannedEvent(host: SiteHost, step: PlannedStep['step'], summary: string): RunEvent {
  return { event: 'step', host: host.name, stage: step.stage, step: step.name, outcome: 'changed', summary };
}

function changingHosts(plans: readonly HostPlan[], stage: string): readonly string[] {
  return plans.filter(({ steps }) => hasChange(steps.filter(({ step }) => step.stage === stage))).map(({ host }) => host.name);
}

async function unlock(run: RunSite, clusterExists: boolean): Promise<Problem | null> {
  if (!clusterExists && run.record.mode !== 'apply') {
    run.secrets.usePlaceholders();
    return null;
  }
  try {
    await run.secrets.unlock(clusterExists);
    return null;
  } catch (error) {
    if (!(error instanceof NvError)) throw error;
    return { code: error.code, message: error.message, ...(error.hint ? { hint: error.hint } : {}) };
  }
}

async function refuse(run: RunSite, store: RunStore, problems: readonly Problem[]): Promise<Next> {
  await store.append(run.record.id, problems.map(problemEvent));
  return { kind: 'end' };
}

function systemsOf(run: RunSite, facts: Readonly<Record<string, HostFacts>>): RenderState['systems'] {
  return Object.fromEntries(
    run.site.hosts.flatMap((host) => (facts[host.name] ? [[host.name, systemFacts(host, facts[host.name] as HostFacts)]] : [])),
  );
}

function readSpans(results: readonly FactsResult[]): Readonly<Record<string, ReadSpan>> {
  return Object.fromEntries(results.flatMap((result) => ('facts' in result && result.readAt ? [[result.host, result.readAt]] : [])));
}

function readFacts(results: readonly FactsResult[]): Readonly<Record<string, HostFacts>> {
  return Object.fromEntries(results.flatMap((result) => ('facts' in result ? [[result.host, result.facts]] : [])));
}

function hostEvent(result: FactsResult): RunEvent {
  if ('facts' in result) return { event: 'host', host: result.host, state: 'facts', ms: result.ms };
  return { event: 'host', host: result.host, state: 'unreachable', ms: result.ms, problem: result.problem };
}

function problemEvent(problem: Problem): RunEvent {
  return { event: 'problem', problem, ...(problem.host ? { host: problem.host } : {}) };
}

function unsettled(host: SiteHost, stage: string, message: string): RunEvent {
  return {
    event: 'step',
    host: host.name,
    stage,
    step: message,
    outcome: 'failed',
    summary: message,
    problem: { code: 'NV_NOT_CONVERGED', host: host.name, message },
  };
}
