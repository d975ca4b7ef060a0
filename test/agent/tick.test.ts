import { expect, test } from 'vitest';
import type { HealthReport } from '../../agent/src/contract/health-report.ts';
import { tick } from '../../agent/src/tick.ts';
import { buildAgentConfig, buildReadings } from '../support/build-agent.ts';

const config = buildAgentConfig({ checks: [{ kind: 'process', name: 'nginx', process: 'nginx' }] });
const moment = () => ({
  time: '2026-01-01T00:00:00.000Z',
  uptimeSeconds: 1,
  agent: { version: '1', rssBytes: 1, uptimeSeconds: 1, tickMs: 1, publishFailures: 0 },
});

test('a tick publishes what the sensors saw to every outlet and logs what changed, once', async () => {
  const published: HealthReport[] = [];
  const logged: unknown[] = [];
  const outlet = { publish: async (report: HealthReport) => void published.push(report) };
  const journal = (level: string, message: string, fields = {}) => void logged.push({ level, message, ...fields });
  const parts = { config, sense: async () => buildReadings(), moment, outlets: [outlet, outlet], journal };
  const first = await tick(parts, null);
  await tick(parts, first);
  expect(published).toHaveLength(4);
  expect(published[0]).toMatchObject({ host: 'h1', state: 'critical' });
  expect(logged).toEqual([{ level: 'error', message: 'no process nginx', check: 'nginx', state: 'critical', before: null }]);
});
