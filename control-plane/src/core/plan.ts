import { NvError, type Problem } from './errors.ts';
import type { Step } from './expand-playbook.ts';
import type { FactRequest, HostFacts } from './facts/fact-source.ts';
import type { PendingVerb } from './pending.ts';
import type { Diff, StepKind } from './steps/step-kind.ts';

type Kinds = ReadonlyMap<string, StepKind<unknown>>;

/** A step with what it would do. */
export type PlannedStep = { readonly step: Step; readonly diff: Diff };

/** The facts all `steps` need, without repetition, in stable order. */
export function factRequests(steps: readonly Step[], kinds: Kinds): readonly FactRequest[] {
  const unique = new Map<string, FactRequest>();
  for (const step of steps) {
    for (const request of kindOf(step, kinds).facts(step.settings)) unique.set(`${request.source}\n${request.key}`, request);
    for (const { unit } of step.notify) unique.set(`unit\n${unit}`, { source: 'unit', key: unit });
  }
  return [...unique.values()].sort((a, b) => (`${a.source}\n${a.key}` < `${b.source}\n${b.key}` ? -1 : 1));
}

/**
 * Compares the steps of one host and stage with its facts, in order: a step that changes marks the units it
 * notifies, so that the later `service` step of the unit shows the restart it will do.
 */
export function planStage(steps: readonly Step[], facts: HostFacts, kinds: Kinds): readonly PlannedStep[] {
  const noticed = new Map<string, PendingVerb>();
  return steps.map((step) => {
    const diff = kindOf(step, kinds).diff(step.settings, {
      fact: reader(step, facts),
      pending: (unit) => stronger(noticed.get(unit), pendingFact(facts, unit)),
    });
    if (diff.kind === 'change') for (const { unit, verb } of step.notify) noticed.set(unit, stronger(noticed.get(unit), verb) ?? verb);
    return { step, diff };
  });
}

export function hasChange(planned: readonly PlannedStep[]): boolean {
  return planned.some(({ diff }) => diff.kind === 'change');
}

/** Problems of steps that refuse to go on for safety. */
export function refusals(planned: readonly PlannedStep[]): readonly Problem[] {
  return planned.flatMap(({ diff }) => (diff.kind === 'refused' ? [diff.problem] : []));
}

function kindOf(step: Step, kinds: Kinds): StepKind<unknown> {
  const kind = kinds.get(step.kind);
  if (!kind) throw new NvError({ code: 'NV_PLAYBOOK_INVALID', message: `there is no step kind "${step.kind}"` });
  return kind;
}

function reader(step: Step, facts: HostFacts) {
  return <T>(source: string, key: string): T => {
    const value = facts[source]?.[key];
    if (value === undefined) throw new Error(`step "${step.name}" reads the fact ${source}:${key} that it did not ask for`);
    return value as T;
  };
}

function pendingFact(facts: HostFacts, unit: string): PendingVerb | undefined {
  const fact = facts.unit?.[unit] as { pending?: PendingVerb | null } | undefined;
  return fact?.pending ?? undefined;
}

/** A restart includes a reload. */
function stronger(a: PendingVerb | undefined, b: PendingVerb | undefined): PendingVerb | null {
  if (a === 'restart' || b === 'restart') return 'restart';
  return a ?? b ?? null;
}
