import { deriveLiveRoles, systemFacts } from '../core/cluster-view.ts';
import type { Problem } from '../core/errors.ts';
import type { HostFacts } from '../core/facts/fact-source.ts';
import type { FactsByHost } from '../core/facts-by-host.ts';
import { hasChange, planStage, refusals } from '../core/plan.ts';
import { type Batch, batchesOf } from '../core/plan-order.ts';
import { preflight, type ReadSpan } from '../core/preflight.ts';
import { guardQuorum } from '../core/quorum-guard.ts';
import { seenLock } from '../core/run-lock/seen-lock.ts';
import { batchLimit } from '../core/serial.ts';
import type { LiveRoles } from '../core/site.ts';
import type { Clock } from '../ports/clock.ts';
import type { RunStore } from '../ports/run-store.ts';
import { fileDiffs } from './file-diffs.ts';
import type { FactsResult, Next } from './next.ts';
import { type FileDiffs, type HostPlan, hostEvent, type LeftStage, planEvents, problemEvent, unsettledEvents } from './plan-events.ts';
import { type RenderState, type RunSite, stepsOf } from './run-site.ts';
import { foreignSecrets, unlockSecrets } from './unlock-secrets.ts';

type Ports = { readonly store: RunStore; readonly clock: Clock };
/** `clusterEpoch` = the run holds the cluster's lock already. */
type PlanPorts = Ports & { readonly clusterEpoch?: number | undefined };

/**
 * Facts of all hosts → live roles → preflight → secrets → comparison. Stores the plan and says what comes next: the
 * lock and then the first batch for an apply with changes, else the end. Any refusal ends the run before a change, and before a secret
 * is generated.
 */
export async function planRun(run: RunSite, results: readonly FactsResult[], ports: PlanPorts): Promise<Next> {
  const { store } = ports;
  await store.append(run.record.id, [...results.map(hostEvent), { event: 'phase', phase: 'plan' }]);
  const facts = readFacts(results);
  const view = deriveLiveRoles(run.site, facts);
  const findings = [...view.problems, ...findingsOfTargets(run, results, ports.clock)];
  if (findings.length > 0 && run.record.mode === 'apply') return await refuse(run, store, findings);
  const locked = await unlockSecrets(run, facts);
  if (locked) return await refuse(run, store, [...findings, locked]);
  const state = { live: view.live, systems: systemsOf(run, facts) };
  const plans = compareHosts(run, facts, state);
  const refused = [...foreignSecrets(run, facts, plans), ...plans.flatMap(({ steps }) => refusals(steps))];
  if (refused.length > 0) return await refuse(run, store, refused);
  const { batches, problems, left } = planBatches(run, { facts, live: view.live, plans });
  const told = [...findings, ...problems].map(problemEvent);
  const diffs: FileDiffs = run.record.diff ? await fileDiffs(run, plans) : new Map();
  await store.append(run.record.id, [...told, ...plans.flatMap((plan) => planEvents(plan, { mode: run.record.mode, diffs, left }))]);
  if (run.record.mode !== 'apply' || batches.length === 0) return { kind: 'end' };
  await store.savePlan(run.record.id, { ...state, batches, lock: seenLock(run.site, facts) });
  return ports.clusterEpoch === undefined ? { kind: 'lock' } : { kind: 'batch', index: 0 };
}

/** The check at the end: the roles are read again, and every comparison of a host that changed must be empty, but for stages left out. */
export async function verifyRun(run: RunSite, results: readonly FactsResult[], { store }: Ports): Promise<Next> {
  const facts = readFacts(results);
  const view = deriveLiveRoles(run.site, facts);
  const changed = new Set((await store.plan(run.record.id)).batches.flatMap(({ hosts }) => hosts));
  const plans = compareHosts(run, facts, { live: view.live, systems: systemsOf(run, facts) }).filter(({ host }) => changed.has(host.name));
  const lost = results.filter((result) => 'problem' in result && changed.has(result.host));
  const told = await store.events(run.record.id);
  const unsettled = plans.flatMap((plan) => unsettledEvents(plan, told));
  await store.append(run.record.id, [...lost.map(hostEvent), ...view.problems.map(problemEvent), ...unsettled]);
  return { kind: 'end' };
}

/** What forbids an apply on the hosts of the run; other hosts were read only for their roles. */
function findingsOfTargets(run: RunSite, results: readonly FactsResult[], clock: Clock): readonly Problem[] {
  const findings = preflight({ site: run.site, facts: readFacts(results), nowMs: Date.parse(clock.nowIso()), readAt: readSpans(results) });
  const targets = new Set(run.targets.map(({ name }) => name));
  return findings.filter(({ host }) => host === undefined || targets.has(host));
}

type Compared = { readonly facts: FactsByHost; readonly live: LiveRoles; readonly plans: readonly HostPlan[] };

type Batches = { readonly batches: readonly Batch[]; readonly problems: readonly Problem[]; readonly left: readonly LeftStage[] };

function planBatches(run: RunSite, { facts, live, plans }: Compared): Batches {
  const guarded = run.playbook.stages.map((stage) => {
    const changing = changingHosts(plans, stage.stage);
    return { stage, changing, ...guardQuorum(stage, changing, { site: run.site, facts, live }) };
  });
  return {
    batches: guarded.flatMap(({ stage, hosts }) => batchesOf(stage, hosts, { live, mostHosts: mostHosts(run, plans, stage.stage) })),
    problems: guarded.flatMap(({ problem }) => problem ?? []),
    left: guarded.flatMap(({ stage, changing, hosts, problem }) =>
      changing.filter((host) => !hosts.includes(host)).map((host) => ({ host, stage: stage.stage, why: problem?.message ?? '' })),
    ),
  };
}

/** A share is one of all hosts that the stage serves in this run, whether they change or not. */
function mostHosts({ record }: RunSite, plans: readonly HostPlan[], stage: string): number {
  return batchLimit(record.serial, plans.filter(({ steps }) => steps.some(({ step }) => step.stage === stage)).length);
}

function compareHosts(run: RunSite, facts: FactsByHost, state: RenderState): readonly HostPlan[] {
  return run.targets.flatMap((host) => {
    const own = facts[host.name];
    if (!own) return [];
    const steps = stepsOf(run, host, state);
    const stages = [...new Set(steps.map((step) => step.stage))];
    const planned = stages
      .map((stage) => steps.filter((step) => step.stage === stage))
      .map((ofStage) => planStage(ofStage, own, run.kinds));
    return [{ host, steps: planned.flat() }];
  });
}

function changingHosts(plans: readonly HostPlan[], stage: string): readonly string[] {
  return plans.filter(({ steps }) => hasChange(steps.filter(({ step }) => step.stage === stage))).map(({ host }) => host.name);
}

async function refuse(run: RunSite, store: RunStore, problems: readonly Problem[]): Promise<Next> {
  await store.append(run.record.id, problems.map(problemEvent));
  return { kind: 'end' };
}

function systemsOf(run: RunSite, facts: FactsByHost): RenderState['systems'] {
  const read = run.site.hosts.filter(({ name }) => facts[name]);
  return Object.fromEntries(read.map((host) => [host.name, systemFacts(host, facts[host.name] as HostFacts)]));
}

function readSpans(results: readonly FactsResult[]): Readonly<Record<string, ReadSpan>> {
  return Object.fromEntries(results.flatMap((result) => ('facts' in result && result.readAt ? [[result.host, result.readAt]] : [])));
}

function readFacts(results: readonly FactsResult[]): FactsByHost {
  return Object.fromEntries(results.flatMap((result) => ('facts' in result ? [[result.host, result.facts]] : [])));
}
