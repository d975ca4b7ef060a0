import { describe, expect, test } from 'vitest';
import { answerOf } from '../../../../agent/src/core/failover/self-report.ts';
import { nodes, start } from '../../../support/build-view.ts';

const { view, memory } = nodes.standby;
const { postgres } = view;

describe('what a node tells of itself', () => {
  test('is what another needs to judge it', () => {
    expect(answerOf(view, memory)).toEqual({
      instance: 'b-1',
      server: {
        process: 'running',
        inRecovery: true,
        systemId: '7',
        incarnation: 'ib',
        whole: true,
        history: postgres.data.history,
        flushLsn: 5000,
        replayLsn: 5000,
        checkpointTimeline: 2,
        canaryId: null,
      },
      refuses: null,
      troubles: [],
    });
  });

  test('is no server where there are no data', () => {
    expect(answerOf(nodes.blank.view, memory).server).toBeNull();
  });

  test('names what is wrong, and why it would not take over', () => {
    const unresolved = { since: start, lastAt: start, ttlMs: 1, purposes: ['claim'], members: [] } as const;
    expect(answerOf(view, { ...memory, unresolved }).refuses).toBe('unresolved-write');
    expect(answerOf({ ...view, postgres: { ...postgres, diskWritable: false } }, memory).refuses).toBe('disk-not-writable');
    expect(answerOf({ ...view, fence: { reachable: false, armed: null } }, memory).refuses).toBe('guard-unreachable');
    const probe = { at: start, cause: 'disk-full' } as const;
    expect(answerOf({ ...view, postgres: { ...postgres, probe } }, memory).troubles).toEqual(['disk-full']);
  });
});
