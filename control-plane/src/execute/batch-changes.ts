import type { UnitNotice } from '../core/expand-playbook.ts';
import { markPending } from '../core/pending.ts';
import type { PlannedStep } from '../core/plan.ts';
import { all } from '../core/remote-command.ts';
import type { Change } from '../core/steps/step-kind.ts';
import { keepContent } from '../core/unit-act.ts';

/** A change with the step it belongs to. */
export type BatchChange = { readonly stepIndex: number; readonly change: Change };

/**
 * The changes of a stage in order. A step's first one marks the units it notifies. One that puts something into the place
 * of a file also keeps what is there, for every unit that acts later in the stage and is notified, or that the file
 * merely precedes: then it marks that unit as well, for what is kept of a unit counts only while an act of it is due.
 */
export function batchChanges(planned: readonly PlannedStep[]): readonly BatchChange[] {
  return planned.flatMap(({ step, diff }, stepIndex) => {
    if (diff.kind !== 'change') return [];
    const fed = step.notify.length > 0 ? step.notify : actsAfter(planned, stepIndex);
    const acting = new Set(actsAfter(planned, stepIndex).map(({ unit }) => unit));
    const kept = fed.filter(({ unit }) => acting.has(unit));
    return diff.changes.map((change, i) => {
      const path = change.replaces;
      const marked = path === undefined ? step.notify : fed;
      const preparations = [
        ...(i === 0 ? marked : []).map(({ unit, verb }) => markPending(unit, verb)),
        ...(path === undefined ? [] : kept.map(({ unit }) => keepContent(unit, path))),
      ];
      return { stepIndex, change: { ...change, command: all(...preparations, change.command) } };
    });
  });
}

/** What later steps of the stage make units do; a start reads its files as a restart does. */
function actsAfter(planned: readonly PlannedStep[], stepIndex: number): readonly UnitNotice[] {
  const changes = planned.slice(stepIndex + 1).flatMap(({ diff }) => (diff.kind === 'change' ? diff.changes : []));
  return changes.flatMap(({ acts }) => (acts ? [{ unit: acts.unit, verb: acts.verb === 'start' ? 'restart' : acts.verb }] : []));
}
