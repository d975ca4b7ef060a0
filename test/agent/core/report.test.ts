import { expect, test } from 'vitest';
import { healthReportSchema } from '../../../agent/src/contract/health-report.ts';
import { buildReport, transitions } from '../../../agent/src/core/report.ts';
import { buildAgentConfig, buildReadings } from '../../support/build-agent.ts';

const config = buildAgentConfig({
  vips: { web: '10.0.0.100', redis: '10.0.0.101' },
  checks: [{ kind: 'process', name: 'nginx', process: 'nginx' }],
});
const moment = {
  time: '2026-01-01T00:00:00.000Z',
  uptimeSeconds: 10,
  agent: { version: '1', rssBytes: 1, uptimeSeconds: 1, tickMs: 1, publishFailures: 0 },
};
const report = (...processes: string[]) =>
  buildReport(config, buildReadings({ processes: { known: true, value: new Set(processes) }, addresses: new Set(['10.0.0.100']) }), moment);

test('a report says which VIPs this host holds, and is as bad as its worst check', () => {
  expect(report()).toMatchObject({
    state: 'critical',
    vips: { web: { address: '10.0.0.100', held: true }, redis: { address: '10.0.0.101', held: false } },
  });
});

test('a report is what the contract says', () => {
  expect(healthReportSchema.parse(report('nginx'))).toEqual(report('nginx'));
});

test('only changes of state are told, and a good beginning is none', () => {
  expect(transitions(null, report('nginx'))).toEqual([]);
  expect(transitions(null, report())).toMatchObject([{ check: { name: 'nginx', state: 'critical' }, before: null }]);
  expect(transitions(report(), report())).toEqual([]);
  expect(transitions(report(), report('nginx'))).toMatchObject([{ check: { state: 'ok' }, before: 'critical' }]);
});
