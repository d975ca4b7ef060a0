import { describe, expect, test } from 'vitest';
import type { HealthReport } from '../../../agent/src/contract/health-report.ts';
import { postgresDown } from '../../../agent/src/core/readings/postgres-reading.ts';
import { answer } from '../../../agent/src/http/answer.ts';
import { buildReport } from '../../support/build-readings.ts';

const up = { ...postgresDown(''), reason: null, timeline: 1 };
const primary = buildReport({ postgres: { ...up, role: 'primary', lagBytes: 0 } });
const replica = buildReport({ postgres: { ...up, role: 'replica', lagBytes: 2048, receiver: { state: 'streaming', sender: '10.0.0.1' } } });
const stuck = buildReport({ postgres: { ...up, role: 'replica', lagBytes: 0 } });
const down = buildReport({ postgres: postgresDown('refused') });
const plain = buildReport({ state: 'warning' });
const broken = buildReport({ state: 'critical' });

const status = (url: string, report: HealthReport | null, ageMs = 0) => answer({ method: 'GET', url }, report && { report, ageMs }).status;

describe('Patroni’s questions', () => {
  test.each([
    ['/primary', { primary: 200, replica: 503, down: 503, plain: 503 }],
    ['/', { primary: 200, replica: 503, down: 503, plain: 503 }],
    ['/replica', { primary: 503, replica: 200, down: 503, plain: 503 }],
    ['/replica?lag=2048', { primary: 503, replica: 200, down: 503, plain: 503 }],
    ['/replica?lag=2kB', { primary: 503, replica: 200, down: 503, plain: 503 }],
    ['/replica?lag=2047', { primary: 503, replica: 503, down: 503, plain: 503 }],
    ['/replica?lag=lots', { primary: 503, replica: 503, down: 503, plain: 503 }],
    ['/read-only', { primary: 200, replica: 200, down: 503, plain: 503 }],
    ['/health', { primary: 200, replica: 200, down: 503, plain: 200 }],
    ['/readiness', { primary: 200, replica: 200, down: 503, plain: 200 }],
    ['/liveness', { primary: 200, replica: 200, down: 200, plain: 200 }],
  ])('%s', (url, codes) => {
    expect({ primary: status(url, primary), replica: status(url, replica), down: status(url, down), plain: status(url, plain) }).toEqual(
      codes,
    );
  });

  test('a replica without a stream is not ready, a critical host not healthy', () => {
    expect(status('/readiness', stuck)).toBe(503);
    expect(status('/health', broken)).toBe(503);
  });

  test('an old report answers no question with yes', () => {
    for (const url of ['/primary', '/health', '/liveness', '/readiness', '/status']) {
      expect([url, status(url, primary, 5001), status(url, null)]).toEqual([url, 503, 503]);
      expect(status(url, primary, 5000)).toBe(200);
    }
  });
});

describe('other requests', () => {
  test('status is the whole report', () => {
    expect(JSON.parse(answer({ method: 'GET', url: '/status' }, { report: primary, ageMs: 0 }).body)).toEqual(primary);
  });

  test('unknown paths are 404, writing is 405', () => {
    expect(status('/nothing', primary)).toBe(404);
    expect(answer({ method: 'POST', url: '/primary' }, null).status).toBe(405);
  });

  test('metrics are Prometheus text with escaped labels', () => {
    const check = { name: 'a "b"\\', kind: 'http' as const, state: 'ok' as const, message: '' };
    const body = answer({ method: 'GET', url: '/metrics' }, { report: { ...primary, checks: [check] }, ageMs: 0 }).body;
    expect(body).toContain('netvis_agent_up 1\n');
    expect(body).toContain('netvis_check_ok{check="a \\"b\\"\\\\",kind="http"} 1\n');
    expect(body).toContain('# TYPE netvis_postgres_primary gauge\nnetvis_postgres_primary 1\n');
    expect(answer({ method: 'GET', url: '/metrics' }, null).body).toContain('netvis_agent_up 0\n');
  });
});
