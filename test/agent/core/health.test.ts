import { describe, expect, test } from 'vitest';
import { evaluateHealth, worstState } from '../../../agent/src/core/health.ts';
import { known, unknown } from '../../../agent/src/core/reading.ts';
import { etcdDown } from '../../../agent/src/core/readings/etcd-reading.ts';
import { postgresDown } from '../../../agent/src/core/readings/postgres-reading.ts';
import { redisDown } from '../../../agent/src/core/readings/redis-reading.ts';
import { sentinelDown } from '../../../agent/src/core/readings/sentinel-reading.ts';
import type { Readings } from '../../../agent/src/core/readings.ts';
import { buildAgentConfig, buildReadings } from '../../support/build-agent.ts';

const config = buildAgentConfig({
  checks: [
    { kind: 'process', name: 'nginx process', process: 'nginx' },
    { kind: 'unit', name: 'nginx unit', unit: 'nginx.service', severity: 'warning' },
    { kind: 'http', name: 'nginx answers', url: 'http://127.0.0.1/' },
  ],
  postgres: { socketDirectory: '/run/pg', dataDirectory: '/pg', lagWarningBytes: 100 },
});

/** State by check, of a host where nothing is wrong but what `over` says. */
function states(over: Partial<Readings>): Record<string, string> {
  const good = buildReadings({
    processes: known(new Set(['nginx'])),
    units: known(new Map([['nginx.service', { loaded: true, active: 'active', sub: 'running' }]])),
    probes: new Map([['nginx answers', known('200')]]),
  });
  return Object.fromEntries(evaluateHealth(config, { ...good, ...over }).map(({ name, state }) => [name, state]));
}

describe('configured checks', () => {
  test('are ok when the process lives, the unit is active and the service answers', () => {
    expect(states({})).toMatchObject({ 'nginx process': 'ok', 'nginx unit': 'ok', 'nginx answers': 'ok' });
  });

  test('fail with the severity of their configuration', () => {
    const units = known(new Map([['nginx.service', { loaded: true, active: 'failed', sub: 'failed' }]]));
    const probes = new Map([['nginx answers', unknown<string>('connection refused')]]);
    expect(states({ processes: known(new Set()), units, probes })).toMatchObject({
      'nginx process': 'critical',
      'nginx unit': 'warning',
      'nginx answers': 'critical',
    });
  });

  test('a sensor without a value makes a check unknown, never ok and never failed', () => {
    expect(states({ processes: unknown('no /proc'), units: unknown('no systemd'), probes: new Map() })).toMatchObject({
      'nginx process': 'unknown',
      'nginx unit': 'unknown',
      'nginx answers': 'unknown',
    });
  });

  test('a unit that does not exist fails', () => {
    expect(states({ units: known(new Map()) })).toMatchObject({ 'nginx unit': 'warning' });
  });
});

describe('data services', () => {
  const up = { ...postgresDown(''), reason: null, timeline: 1 };
  const receiver = { state: 'streaming', sender: '10.0.0.1' };
  const standby = { name: 'pg2', address: null, state: 'streaming', syncState: 'sync' };

  test.each([
    ['a server that does not answer', postgresDown('starting up'), 'critical'],
    ['a primary', { ...up, role: 'primary' as const }, 'ok'],
    ['a primary whose standby lags', { ...up, role: 'primary' as const, replicas: [{ ...standby, lagBytes: 101 }] }, 'warning'],
    [
      'a primary whose standby lags as far as allowed',
      { ...up, role: 'primary' as const, replicas: [{ ...standby, lagBytes: 100 }] },
      'ok',
    ],
    ['a streaming replica', { ...up, role: 'replica' as const, receiver }, 'ok'],
    ['a replica without a stream', { ...up, role: 'replica' as const, lagBytes: 0 }, 'critical'],
  ])('PostgreSQL: %s', (_name, postgres, state) => {
    expect(states({ postgres })).toMatchObject({ postgres: state });
  });

  const master = { ...redisDown(''), role: 'master' as const, reason: null };
  const sentinel = {
    ...sentinelDown('', true),
    reason: null,
    master: { address: '10.0.0.6', port: 6379 },
    flags: ['master'],
    quorumOk: true,
  };

  test.each([
    ['Redis down', { redis: redisDown('refused') }, { redis: 'critical' }],
    ['a Redis master', { redis: master }, { redis: 'ok' }],
    ['a Redis replica cut off', { redis: { ...master, role: 'replica' as const, link: 'down' as const } }, { redis: 'critical' }],
    ['Sentinel down', { sentinel: sentinelDown('refused', false) }, { sentinel: 'critical' }],
    ['Sentinel without a master', { sentinel: sentinelDown('no such master', true) }, { sentinel: 'critical' }],
    ['Sentinel without a quorum', { sentinel: { ...sentinel, quorumOk: false } }, { sentinel: 'critical' }],
    ['Sentinel that sees its master down', { sentinel: { ...sentinel, flags: ['master', 's_down'] } }, { sentinel: 'warning' }],
    ['Sentinel', { sentinel }, { sentinel: 'ok' }],
    ['etcd down', { etcd: etcdDown('refused') }, { etcd: 'critical' }],
    ['etcd', { etcd: { healthy: true, reason: null, memberId: '1', leader: '1' } }, { etcd: 'ok' }],
  ])('%s', (_name, readings, expected) => {
    expect(states(readings)).toMatchObject(expected);
  });
});

describe('the machine', () => {
  const system = buildReadings().system;
  const disk = (freeBytes: number) => ({ system: { ...system, disks: [{ path: '/', totalBytes: 100, freeBytes }] } });
  const memory = (memoryAvailableBytes: number) => ({ system: { ...system, memoryAvailableBytes } });
  const clock = (offsetMs: number) => ({ system: { ...system, clock: { synchronized: true, offsetMs } } });
  const certificate = (daysLeft: number | null) => ({ certificates: [{ path: '/c', notAfter: null, daysLeft, reason: null }] });

  test.each([
    ['disk', disk(15), { 'disk /': 'ok' }],
    ['disk getting full', disk(14), { 'disk /': 'warning' }],
    ['disk full', disk(4), { 'disk /': 'critical' }],
    ['memory', memory(80), { memory: 'ok' }],
    ['memory short', memory(79), { memory: 'warning' }],
    ['memory gone', memory(29), { memory: 'critical' }],
    ['clock right', clock(-499), { clock: 'ok' }],
    ['clock off', clock(-500), { clock: 'warning' }],
    ['clock wrong', clock(5000), { clock: 'critical' }],
    ['certificate good', certificate(60), { 'certificate /c': 'ok' }],
    ['certificate ends', certificate(59), { 'certificate /c': 'warning' }],
    ['certificate ends this week', certificate(6), { 'certificate /c': 'critical' }],
    ['certificate unreadable', certificate(null), { 'certificate /c': 'critical' }],
  ])('%s', (_name, readings, expected) => {
    expect(states(readings)).toMatchObject(expected);
  });

  test('a clock nobody measures is not judged', () => {
    expect(states({})).not.toHaveProperty('clock');
  });
});

test('the worst state counts; what is not known is worse than ok and better than a warning', () => {
  expect(worstState([])).toBe('ok');
  expect(worstState(['ok', 'unknown'])).toBe('unknown');
  expect(worstState(['unknown', 'warning'])).toBe('warning');
  expect(worstState(['critical', 'unknown', 'warning'])).toBe('critical');
});
