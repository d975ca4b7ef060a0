import { describe, expect, test } from 'vitest';
import { parseReplies } from '../../../../agent/src/core/readings/resp.ts';
import { sentinelReading } from '../../../../agent/src/core/readings/sentinel-reading.ts';

const fields = {
  name: 'm',
  ip: '10.0.0.6',
  port: '6379',
  flags: 'master,s_down',
  'num-slaves': '1',
  'num-other-sentinels': '2',
  quorum: '2',
  'parallel-syncs': '1',
};
const master = Object.entries(fields).flat();

describe('what a Sentinel says of its master', () => {
  test('address, flags, replicas, all Sentinels with itself, and whether the quorum is there', () => {
    expect(sentinelReading(master, 'OK 3 usable Sentinels. Quorum and failover authorization can be reached')).toEqual({
      up: true,
      reason: null,
      master: { address: '10.0.0.6', port: 6379 },
      flags: ['master', 's_down'],
      numSlaves: 1,
      numSentinels: 3,
      quorum: 2,
      quorumOk: true,
    });
  });

  test('a missing quorum is told with Sentinel’s reason', () => {
    const [quorum] = parseReplies('-NOQUORUM 1 usable Sentinels. Not enough available Sentinels to reach the majority\r\n');
    expect(sentinelReading(master, quorum)).toMatchObject({ up: true, quorumOk: false, reason: expect.stringContaining('NOQUORUM') });
  });

  test('a Sentinel that does not know the master is up and names none', () => {
    const [unknown] = parseReplies('-ERR No such master with that name\r\n');
    expect(sentinelReading(unknown, unknown)).toMatchObject({
      up: true,
      master: null,
      quorumOk: null,
      reason: 'ERR No such master with that name',
    });
  });

  test('no answer is a Sentinel that is down', () => {
    expect(sentinelReading(undefined, undefined)).toMatchObject({ up: false, master: null });
  });
});
