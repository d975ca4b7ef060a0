import { describe, expect, it } from 'vitest';
import { buildReport } from '../../../control-plane/src/core/report.ts';
import type { RunEvent } from '../../../control-plane/src/core/run-event.ts';

const run = { id: 'r1', mode: 'apply', ms: 1200 } as const;
const started: RunEvent = { event: 'run', run: 'r1', mode: 'apply', cluster: 'netvis', hosts: ['pg1', 'pg2'] };
const step = (host: string, outcome: 'changed' | 'failed' | 'skipped' | 'aborted', extra: object = {}): RunEvent => ({
  event: 'step',
  host,
  stage: 's',
  step: 'x',
  outcome,
  summary: '',
  ...extra,
});

describe('buildReport', () => {
  it('counts per host and sums up the changes', () => {
    const report = buildReport(run, [
      started,
      { event: 'host', host: 'pg1', state: 'facts', ms: 40 },
      { event: 'unchanged', host: 'pg1', steps: 5 },
      step('pg1', 'changed'),
      step('pg2', 'changed'),
    ]);
    expect(report).toEqual({
      run: 'r1',
      mode: 'apply',
      outcome: 'done',
      changed: 2,
      ms: 1200,
      problems: [],
      hosts: { pg1: { ok: 5, changed: 1, failed: 0, skipped: 0, ms: 40 }, pg2: { ok: 0, changed: 1, failed: 0, skipped: 0, ms: 0 } },
    });
  });

  it('counts an aborted step and an unreachable host as failed', () => {
    const problem = { code: 'NV_SSH_UNREACHABLE', message: 'refused' } as const;
    const report = buildReport(run, [
      started,
      { event: 'host', host: 'pg1', state: 'unreachable', ms: 3, problem },
      step('pg2', 'aborted'),
      step('pg2', 'skipped'),
    ]);
    expect(report.outcome).toBe('failed');
    expect(report.problems).toEqual([problem]);
    expect(report.hosts).toMatchObject({ pg1: { failed: 1 }, pg2: { failed: 1, skipped: 1 } });
  });

  it.each(['NV_REFUSED', 'NV_PREFLIGHT', 'NV_OS_UNSUPPORTED', 'NV_SECRETS_MISSING'] as const)('calls a run with %s refused', (code) => {
    expect(buildReport(run, [started, { event: 'problem', problem: { code, message: 'm' } }]).outcome).toBe('refused');
  });
});
