import { expect, test } from 'vitest';
import { parseControlFile } from '../../../../agent/src/core/postgres/control-file.ts';

const output = (state: string, minRecovery = '0/0', minTimeline = 0) => `pg_control version number:            1300
Database system identifier:           7711957757734614598
Database cluster state:               ${state}
pg_control last modified:             Wed 25 Nov 2026 04:14:51 AM UTC
Latest checkpoint location:           0/1741570
Latest checkpoint's TimeLineID:       2
Minimum recovery ending location:     ${minRecovery}
Min recovery ending loc's timeline:   ${minTimeline}
max_connections setting:              100
max_worker_processes setting:         8
max_wal_senders setting:              10
max_prepared_xacts setting:           0
max_locks_per_xact setting:           64
Data page checksum version:           1
`;

test('a cleanly stopped primary has what its last checkpoint says', () => {
  expect(parseControlFile(output('shut down'))).toEqual({
    systemId: '7711957757734614598',
    cleanlyStopped: true,
    timeline: 2,
    checkpointTimeline: 2,
    reachedLsn: 0x1741570,
    limits: {
      max_connections: 100,
      max_worker_processes: 8,
      max_wal_senders: 10,
      max_prepared_transactions: 0,
      max_locks_per_transaction: 64,
    },
  });
});

test('a server that was promoted and crashed before its first checkpoint has reached the new timeline', () => {
  const control = parseControlFile(output('in production', '0/2000000', 3));
  expect(control).toMatchObject({ cleanlyStopped: false, timeline: 3, checkpointTimeline: 2, reachedLsn: 0x2000000 });
});

test('a standby that was stopped is clean', () => {
  expect(parseControlFile(output('shut down in recovery'))?.cleanlyStopped).toBe(true);
});

test.each(['', 'pg_controldata: error', output('shut down').replace('0/1741570', 'nowhere')])('%j is no control file', (text) => {
  expect(parseControlFile(text)).toBeNull();
});
