import { expect, test } from 'vitest';
import type { RunEvent } from '../../../control-plane/src/core/run-event.ts';
import { keepHealth } from '../../../control-plane/src/execute/keep-health.ts';
import { buildReport } from '../../support/build-readings.ts';
import { buildRunRecord } from '../../support/build-run-record.ts';
import { buildRunSite } from '../../support/build-run-site.ts';
import { fakeRemoteHosts } from '../../support/fake-remote-hosts.ts';

type Said = 'ok' | 'critical' | 'nothing' | 'old' | 'ok before the run';

/** A host whose agent says one thing after the other in a run of a second, the last one for good; half a second passes between two. */
async function stageThatLeaves(said: readonly Said[], { failed = false, isEnding = false } = {}) {
  const time = { ms: 0 };
  const left = [...said];
  const remotes = fakeRemoteHosts({ answer: () => answerOf((left.length > 1 ? left.shift() : left[0]) ?? 'nothing') });
  const run = { ...buildRunSite(buildRunRecord({ createdAt: '2025-12-31T23:59:59.000Z' })), remotes };
  const [host] = run.site.hosts;
  if (!host) throw new Error('a site without hosts');
  const events: RunEvent[] = [];
  const sleep = async (ms: number) => {
    time.ms += ms;
  };
  const result = await keepHealth(run, host, {
    stage: 'app',
    clock: { nowIso: () => '2026-01-01T00:00:00.000Z', monotonicMs: () => time.ms, sleep },
    emit: async (more) => void events.push(...more),
    isEnding: async () => isEnding,
    work: async () => ({ host: host.name, failed }),
  });
  return { result, events, asked: remotes.calls.length, ms: time.ms };
}

/** What the host answers: its clock, when the report was written, the report. */
function answerOf(said: Said) {
  const checks = [{ name: 'API answers', kind: 'http' as const, state: said === 'critical' ? 'critical' : 'ok', message: 'refused' }];
  const { agent, ...report } = buildReport({ host: 'api1' });
  const written = said === 'old' ? 90 : said === 'ok before the run' ? 98.5 : 100;
  return {
    exitCode: 0,
    stderr: '',
    stdout:
      said === 'nothing'
        ? 'none\ninactive\n'
        : `100.000\n${written.toFixed(3)}\n${JSON.stringify({ ...report, agent: { ...agent, tickMs: 0 }, checks })}`,
  };
}

test('a host that is well at once costs one look more', async () => {
  expect(await stageThatLeaves(['ok', 'ok'])).toMatchObject({ result: { failed: false }, events: [], asked: 2, ms: 0 });
});

test('a service may take its time to be well again', async () => {
  expect(await stageThatLeaves(['ok', 'old', 'nothing', 'critical', 'ok'])).toMatchObject({ result: { failed: false }, asked: 5 });
});

test('a host that stays ailing for a minute has failed, and says with what', async () => {
  const { result, events, ms } = await stageThatLeaves(['ok', 'critical']);
  expect(result.failed).toBe(true);
  expect(events).toMatchObject([{ event: 'step', stage: 'app', outcome: 'failed', problem: { code: 'NV_UNHEALTHY' } }]);
  expect(ms).toBe(60_000);
});

test('an agent that falls silent for good is a failure as well', async () => {
  expect(await stageThatLeaves(['ok', 'nothing'])).toMatchObject({
    result: { failed: true },
    events: [{ problem: { code: 'NV_UNHEALTHY' } }],
  });
});

test.each([['nothing'], ['critical']] as const)('a host of which the agent said %s before is not held up by it', async (before) => {
  expect(await stageThatLeaves([before, 'critical'])).toMatchObject({ result: { failed: false }, ms: 0 });
});

test('nothing is waited for in a run that is to end', async () => {
  expect(await stageThatLeaves(['ok', 'critical'], { isEnding: true })).toMatchObject({ result: { failed: false }, events: [], ms: 0 });
});

test('a host whose stage failed is not waited for', async () => {
  expect(await stageThatLeaves(['ok', 'critical'], { failed: true })).toMatchObject({ result: { failed: true }, events: [], asked: 1 });
});

test('what an agent said before the run is not believed, however well it said the host was', async () => {
  const ails = await stageThatLeaves(['ok before the run', 'critical']);
  expect(ails).toMatchObject({ result: { failed: false }, events: [], asked: 3, ms: 500 });
  const breaks = await stageThatLeaves(['ok before the run', 'ok', 'critical']);
  expect(breaks).toMatchObject({ result: { failed: true }, events: [{ problem: { code: 'NV_UNHEALTHY' } }] });
});
