import { describe, expect, test } from 'vitest';
import { postgresReading, syncNames } from '../../../../agent/src/core/readings/postgres-reading.ts';

const primary = {
  in_recovery: false,
  version: '15.20 (Debian 15.20-0+deb12u1)',
  lsn: '0/3000148',
  lag_bytes: '0',
  timeline: 2,
  receiver: null,
  replicas: [{ name: 'pg2', address: '10.0.0.5', state: 'streaming', syncState: 'sync', lagBytes: 0 }],
  sync_names: 'pg2',
  pending_restart: false,
};

describe('PostgreSQL’s answer', () => {
  test('a primary with its standby', () => {
    expect(postgresReading(primary)).toEqual({
      role: 'primary',
      reason: null,
      version: '15.20',
      timeline: 2,
      lsn: '0/3000148',
      lagBytes: 0,
      receiver: null,
      replicas: primary.replicas,
      syncNames: ['pg2'],
      pendingRestart: false,
    });
  });

  test('a standby that has never streamed', () => {
    const row = { ...primary, in_recovery: true, lag_bytes: null, replicas: [], sync_names: '' };
    expect(postgresReading(row)).toMatchObject({ role: 'replica', lagBytes: null, receiver: null, syncNames: [] });
  });

  test('an answer of another shape is a server that is not known to serve', () => {
    expect(postgresReading({ in_recovery: 'f' })).toMatchObject({ role: 'down', reason: expect.stringContaining('cannot be read') });
    expect(postgresReading(undefined)).toMatchObject({ role: 'down' });
  });
});

describe('synchronous_standby_names', () => {
  test.each([
    ['', []],
    ['pg2', ['pg2']],
    ['a, b', ['a', 'b']],
    ['FIRST 1 (a, "b-c")', ['a', 'b-c']],
    ['ANY 1 ("with ""quotes""", d)', ['with "quotes"', 'd']],
    ['2 (a,b , c)', ['a', 'b', 'c']],
    ['*', ['*']],
  ])('%j names %j', (setting, names) => {
    expect(syncNames(setting)).toEqual(names);
  });
});
