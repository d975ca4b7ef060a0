import * as z from 'zod';
import type { Step } from '../../control-plane/src/core/expand-playbook.ts';
import { argv } from '../../control-plane/src/core/remote-command.ts';
import type { StepKind } from '../../control-plane/src/core/steps/step-kind.ts';

/** A step of a kind that changes as long as its fact differs from its wanted value. */
export function buildStep(over: Partial<Step> = {}): Step {
  return { id: 'value:a', stage: 'base', name: 'a', kind: 'value', tags: [], notify: [], settings: { key: 'a', wanted: '1' }, ...over };
}

type ValueSettings = { key: string; wanted: string };

/** The smallest step kind: a key with a wanted value. */
export const valueKind: StepKind<ValueSettings> = {
  kind: 'value',
  schema: z.strictObject({ key: z.string(), wanted: z.string() }),
  facts: ({ key }) => [{ source: 'value', key }],
  diff({ key, wanted }, { fact }) {
    if (fact<string>('value', key) === wanted) return { kind: 'noop', reason: `${key} is ${wanted}` };
    return { kind: 'change', summary: `${key} → ${wanted}`, changes: [{ summary: `set ${key}`, command: argv('set', key, wanted) }] };
  },
};

/** Acts on a unit only when something is pending for it. */
export const unitKind: StepKind<{ unit: string }> = {
  kind: 'unit',
  schema: z.strictObject({ unit: z.string() }),
  facts: ({ unit }) => [{ source: 'unit', key: unit }],
  diff({ unit }, { pending }) {
    const verb = pending(unit);
    if (!verb) return { kind: 'noop', reason: 'nothing pending' };
    return { kind: 'change', summary: `${verb} ${unit}`, changes: [{ summary: verb, command: argv('systemctl', verb, unit) }] };
  },
};

export const testKinds: ReadonlyMap<string, StepKind<unknown>> = new Map([
  ['value', valueKind as StepKind<unknown>],
  ['unit', unitKind as StepKind<unknown>],
]);
