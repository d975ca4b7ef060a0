import { describe, expect, test } from 'vitest';
import { isLookedSince, newlyAiling, unhealthy, wellChecks } from '../../../control-plane/src/core/health-gate.ts';
import type { HostReading } from '../../../control-plane/src/core/status/host-reading.ts';
import { buildReport } from '../../support/build-readings.ts';

type States = Readonly<Record<string, 'ok' | 'warning' | 'critical' | 'unknown'>>;

/** A report written `ageMs` ago by a look that took no time. */
function reading(states: States, ageMs = 100): HostReading {
  const checks = Object.entries(states).map(([name, state]) => ({ name, kind: 'http' as const, state, message: `${name} is ${state}` }));
  const report = buildReport({ host: 'api1' });
  return { report: { ...report, agent: { ...report.agent, tickMs: 0 }, checks }, ageMs, clockOffsetMs: null };
}

describe('what must be well after a change', () => {
  test('is what was known to be well before', () => {
    expect([...(wellChecks(reading({ a: 'ok', b: 'warning', c: 'unknown', d: 'critical' })) ?? [])]).toEqual(['a', 'b']);
  });

  test('is no unit, whose state may be older than its report', () => {
    const before = reading({ a: 'ok', b: 'ok' });
    if (!('report' in before)) throw new Error('no report');
    const [a, b] = before.report.checks;
    if (!a || !b) throw new Error('no checks');
    const withUnit = { ...before, report: { ...before.report, checks: [{ ...a, kind: 'unit' as const }, b] } };
    expect([...(wellChecks(withUnit) ?? [])]).toEqual(['b']);
  });

  test.each([
    ['whose agent says nothing', { silent: 'no report' }],
    ['that cannot be reached', { unreachable: 'refused' }],
    ['whose report is old', reading({ a: 'ok' }, 10_001)],
  ])('is nothing on a host %s', (_, before) => {
    expect(wellChecks(before)).toBeNull();
  });
});

describe('after a change', () => {
  const before = new Set(['a', 'b']);

  test('a check ails that was well and is critical, and no other', () => {
    const after = reading({ a: 'critical', b: 'warning', c: 'critical' });
    expect(newlyAiling(before, after, 200)).toMatchObject([{ name: 'a' }]);
    expect(newlyAiling(before, reading({ a: 'ok' }), 200)).toEqual([]);
  });

  test('a report from before the change says nothing yet', () => {
    expect(newlyAiling(before, reading({ a: 'ok' }, 201), 200)).toBeNull();
    expect(newlyAiling(before, { silent: 'no report' }, 200)).toBeNull();
  });

  test('the problem names host and checks, or the silence', () => {
    const ailing = newlyAiling(before, reading({ a: 'critical' }), 200);
    expect(unhealthy('api1', ailing)).toMatchObject({
      code: 'NV_UNHEALTHY',
      host: 'api1',
      message: expect.stringContaining('a is critical'),
    });
    expect(unhealthy('api1', null).message).toContain('no longer reports');
  });

  test('a report that was begun before the change and written after it says nothing yet', () => {
    const after = reading({ a: 'ok' }, 150);
    if (!('report' in after)) throw new Error('no report');
    const slow = { ...after, report: { ...after.report, agent: { ...after.report.agent, tickMs: 51 } } };
    expect(isLookedSince(after, 200)).toBe(true);
    expect(isLookedSince(slow, 200)).toBe(false);
    expect(newlyAiling(before, slow, 200)).toBeNull();
  });
});
