import { describe, expect, test } from 'vitest';
import { parseChronyTracking } from '../../../agent/src/core/readings/clock.ts';
import { etcdReading } from '../../../agent/src/core/readings/etcd-reading.ts';
import { parseMeminfo } from '../../../agent/src/core/readings/memory.ts';
import { hasProcess, liveProcessName } from '../../../agent/src/core/readings/process-table.ts';
import { newestEvents, parseSpool } from '../../../agent/src/core/readings/spool.ts';
import { parseUnitStates } from '../../../agent/src/core/readings/unit-states.ts';

describe('processes', () => {
  test.each([
    ['3471 (nginx) S 1 3471 3471 0 -1', 'nginx'],
    ['12 (a) b (c) R 1 12', 'a) b (c'],
    ['99 (nginx) Z 1 99 99', null],
    ['99 (nginx) X 1 99 99', null],
    ['', null],
  ])('%j is %j', (stat, name) => {
    expect(liveProcessName(stat)).toBe(name);
  });

  test('a name matches whole, never as a part, and as far as the kernel keeps it', () => {
    const names = new Set(['nginx-exporter', 'a-very-long-dae']);
    expect(hasProcess(names, 'nginx')).toBe(false);
    expect(hasProcess(names, 'a-very-long-daemon')).toBe(true);
  });
});

describe('units', () => {
  test('states of all units of one answer', () => {
    const output =
      'Id=nginx.service\nLoadState=loaded\nActiveState=active\nSubState=running\n\nId=no.service\nLoadState=not-found\nActiveState=inactive\nSubState=dead\n';
    expect([...parseUnitStates(output)]).toEqual([
      ['nginx.service', { loaded: true, active: 'active', sub: 'running' }],
      ['no.service', { loaded: false, active: 'inactive', sub: 'dead' }],
    ]);
  });
});

describe('etcd', () => {
  const status = '{"header":{"cluster_id":"12","member_id":"159","revision":"1"},"version":"3.4.23","leader":"159","raftTerm":"2"}';

  test('a healthy member names itself and its leader', () => {
    expect(etcdReading('{"health":"true"}', status)).toEqual({ healthy: true, reason: null, memberId: '159', leader: '159' });
  });

  test('a member without a leader leaves it out', () => {
    const reading = etcdReading('{"health":"false","reason":"RAFT NO LEADER"}', '{"header":{"member_id":"159"}}');
    expect(reading).toEqual({ healthy: false, reason: 'RAFT NO LEADER', memberId: '159', leader: null });
  });

  test('an answer that is no JSON is unhealthy', () => {
    expect(etcdReading('404 page not found', '')).toMatchObject({ healthy: false, memberId: null });
  });
});

describe('the machine', () => {
  test('memory in bytes', () => {
    const meminfo = 'MemTotal:       24684084 kB\nMemFree:        20 kB\nMemAvailable:   24171208 kB\n';
    expect(parseMeminfo(meminfo)).toEqual({ totalBytes: 25_276_502_016, availableBytes: 24_751_316_992 });
  });

  test('the clock’s offset in milliseconds, and nothing where chrony says something else', () => {
    const line = 'A9FEA97B,169.254.169.123,4,1763000000.1,0.000012345,0.000001,0.00001,-8.4,0.001,0.02,0.0003,0.0001,64.5,Normal\n';
    expect(parseChronyTracking(line)).toEqual({ synchronized: true, offsetMs: 0.012 });
    expect(parseChronyTracking(line.replace('Normal', 'Not synchronised'))).toMatchObject({ synchronized: false });
    expect(parseChronyTracking('506 Cannot talk to daemon')).toEqual({ synchronized: null, offsetMs: null });
  });
});

describe('the spool', () => {
  const line = (time: string, message = 'm') => JSON.stringify({ time, source: 'sentinel', kind: '+switch-master', message });

  test('torn and foreign lines are counted and passed over', () => {
    const text = `${line('2026-01-01T00:00:00Z')}\nnot json\n{"time":1}\n${line('2026-01-01T00:00:01Z').slice(0, 20)}`;
    expect(parseSpool(text)).toMatchObject({ events: [{ kind: '+switch-master' }], unreadable: 3 });
  });

  test('only the newest events are kept, oldest first, and long messages are cut', () => {
    const { events } = parseSpool(['03', '01', '02'].map((s) => line(`2026-01-01T00:00:${s}Z`, 'x'.repeat(1000))).join('\n'));
    expect(newestEvents(events, 2).map(({ time }) => time)).toEqual(['2026-01-01T00:00:02Z', '2026-01-01T00:00:03Z']);
    expect(events[0]?.message).toHaveLength(300);
  });
});
