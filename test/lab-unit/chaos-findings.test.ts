import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../control-plane/src/core/run-event.ts';
import { changedIdentities, foreignTraces, repeatedSteps } from '../lab/chaos/findings.ts';
import type { HostTraces } from '../lab/chaos/traces.ts';

const usual: HostTraces = { files: ['/etc/a f 644 root:root'], pending: [], starts: { nginx: 1 }, identities: { postgres: '7' } };
const step = (outcome: 'changed' | 'aborted', name = 's', summary = ''): RunEvent => ({
  event: 'step',
  host: 'a',
  stage: 'base',
  step: name,
  outcome,
  summary,
});

describe('findings after chaos', () => {
  it('are none where all is as after an undisturbed apply', () => {
    expect(foreignTraces({ a: usual }, { a: usual })).toEqual([]);
    expect(changedIdentities({ a: usual }, { a: usual })).toEqual([]);
    expect(repeatedSteps([[step('changed')], [step('changed', 'other'), step('aborted')]])).toEqual([]);
    const reload = step('changed', 's', 'read unit files again, reload netvis-postgres.service');
    expect(repeatedSteps([[reload], [reload]])).toEqual([]);
  });

  it('name files that are left or missing, markers of pending restarts and units that were started too often', () => {
    const found = { ...usual, files: ['/etc/.netvis-new.a f 600 root:root'], pending: ['nginx.service'], starts: { nginx: 2 } };
    expect(foreignTraces({ a: found }, { a: usual })).toEqual([
      'a: left /etc/.netvis-new.a f 600 root:root',
      'a: lacks /etc/a f 644 root:root',
      'a: pending nginx.service',
      'a: nginx was started 2 times, not 1',
    ]);
  });

  it('name a cluster that fell in two and an identity that changed between two looks', () => {
    const other = { ...usual, identities: { postgres: '8' } };
    expect(changedIdentities({ a: usual, b: usual }, { a: usual, b: other })).toEqual([
      'b: {"postgres":"7"}',
      'postgres has the identities 7 and 8',
    ]);
  });

  it('name steps that several runs of one chain changed', () => {
    expect(repeatedSteps([[step('changed')], [step('changed')]])).toEqual(['a base: s ×2']);
  });
});
