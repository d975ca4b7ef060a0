import { describe, expect, it } from 'vitest';
import { factRequests, hasChange, planStage, refusals } from '../../../control-plane/src/core/plan.ts';
import { buildStep, testKinds } from '../../support/build-step.ts';

const notifying = buildStep({ notify: [{ unit: 'nginx.service', verb: 'reload' }] });
const restarting = buildStep({
  id: 'value:b',
  name: 'b',
  settings: { key: 'b', wanted: '1' },
  notify: [{ unit: 'nginx.service', verb: 'restart' }],
});
const unit = buildStep({ id: 'unit:nginx', name: 'nginx', kind: 'unit', settings: { unit: 'nginx.service' } });
const unitFact = (pending: string | null) => ({ 'nginx.service': { pending } });

describe('factRequests', () => {
  it('asks for each fact once, sorted, the notified units included', () => {
    expect(factRequests([unit, notifying, restarting, notifying], testKinds)).toEqual([
      { source: 'unit', key: 'nginx.service' },
      { source: 'value', key: 'a' },
      { source: 'value', key: 'b' },
    ]);
  });

  it('names a kind that does not exist', () => {
    expect(() => factRequests([buildStep({ kind: 'nonsense' })], testKinds)).toThrowError(
      expect.objectContaining({ code: 'NV_PLAYBOOK_INVALID' }),
    );
  });
});

describe('planStage', () => {
  const summaries = (planned: ReturnType<typeof planStage>) =>
    planned.map(({ diff }) => (diff.kind === 'change' ? diff.summary : diff.kind));

  it('leaves everything alone when nothing differs', () => {
    const planned = planStage([notifying, unit], { value: { a: '1' }, unit: unitFact(null) }, testKinds);
    expect(summaries(planned)).toEqual(['noop', 'noop']);
    expect(hasChange(planned)).toBe(false);
  });

  it('makes a notified unit act after the change', () => {
    const planned = planStage([notifying, unit], { value: { a: '0' }, unit: unitFact(null) }, testKinds);
    expect(summaries(planned)).toEqual(['a → 1', 'reload nginx.service']);
    expect(hasChange(planned)).toBe(true);
  });

  it('lets a restart win over a reload, in either order', () => {
    const facts = { value: { a: '0', b: '0' }, unit: unitFact(null) };
    expect(summaries(planStage([notifying, restarting, unit], facts, testKinds)).at(-1)).toBe('restart nginx.service');
    expect(summaries(planStage([restarting, notifying, unit], facts, testKinds)).at(-1)).toBe('restart nginx.service');
  });

  it('does what a failed run left pending', () => {
    expect(summaries(planStage([notifying, unit], { value: { a: '1' }, unit: unitFact('restart') }, testKinds))).toEqual([
      'noop',
      'restart nginx.service',
    ]);
  });

  it('treats a fact that was not asked for as a bug', () => {
    expect(() => planStage([notifying], {}, testKinds)).toThrowError(/did not ask for/);
  });
});

describe('refusals', () => {
  it('collects the problems of steps that refuse', () => {
    const problem = { code: 'NV_REFUSED', message: 'two primaries' } as const;
    expect(
      refusals([
        { step: unit, diff: { kind: 'refused', problem } },
        { step: unit, diff: { kind: 'noop', reason: '' } },
      ]),
    ).toEqual([problem]);
  });
});
