import { expect, test } from 'vitest';
import { hintOf, runLine, seenRun } from '../../../../control-plane/src/cli/render/run-state.ts';
import type { RunReport } from '../../../../control-plane/src/core/run-event.ts';
import { buildRunRecord } from '../../../support/build-run-record.ts';

const report = (outcome: RunReport['outcome']): { report: RunReport } => ({
  report: { run: 'run-1', mode: 'apply', outcome, changed: 3, hosts: {}, problems: [], ms: 1 },
});
const at = (isAtWork: boolean) => ({ isAtWork: async () => isAtWork });

test('a run without a report is running as long as somebody carries it out, and was interrupted else', async () => {
  expect(await seenRun(at(true), buildRunRecord())).toMatchObject({ state: 'running' });
  expect(await seenRun(at(false), buildRunRecord())).toMatchObject({ state: 'interrupted' });
  expect(await seenRun(at(false), { ...buildRunRecord(), ...report('done') })).toMatchObject({ state: 'done' });
});

test('a line tells what became of a run', async () => {
  expect(runLine(await seenRun(at(false), { ...buildRunRecord(), ...report('failed') }))).toContain('failed, 3 changed');
  expect(runLine(await seenRun(at(false), buildRunRecord()))).toContain('  interrupted  ada');
});

test.each([
  ['killed', {}, true],
  ['failed', report('failed'), true],
  ['interrupted', report('interrupted'), true],
  ['done', report('done'), false],
  ['refused', report('refused'), false],
])('how to go on is told of a run that was %s', async (_, more, isTold) => {
  const hint = hintOf(await seenRun(at(false), { ...buildRunRecord(), ...more }));
  expect(hint?.includes('netvis-ctl apply --resume run-1') ?? false).toBe(isTold);
});

test('nothing is told of a run under way, of a plan, or of none', async () => {
  expect(hintOf(await seenRun(at(true), buildRunRecord()))).toBeNull();
  expect(hintOf(await seenRun(at(false), buildRunRecord({ mode: 'plan' })))).toBeNull();
  expect(hintOf(undefined)).toBeNull();
});
