import { describe, expect, test } from 'vitest';
import { parseStatus, slotPlaceOf, statusQuery, timelineOf } from '../../../../agent/src/core/postgres/status.ts';
import { statusRow } from '../../../support/build-postgres-status.ts';

const promotion = { timeline: 7, forkLsn: 9, promotionId: 'p7', epoch: 2, forced: false };

test('the agent schema is asked for only where it is', () => {
  expect(statusQuery(false)).not.toContain('netvis.canary');
  expect(statusQuery(true)).toContain('netvis.canary');
});

test('positions arrive as bytes, whatever their size', () => {
  const status = parseStatus(statusRow({ flush_lsn: '9007199254740991', replay_lsn: null }));
  expect(status).toMatchObject({ flush_lsn: Number.MAX_SAFE_INTEGER, replay_lsn: null });
});

test('an answer of another shape is an error', () => {
  expect(() => parseStatus(statusRow({ slots: undefined }))).toThrow('slots');
});

test('a slot without a WAL status is not lost', () => {
  const slot = { name: 's', active: false, activePid: null, restartLsn: 1, lost: null };
  expect(slotPlaceOf(parseStatus(statusRow({ slots: [slot] }))).slots[0]?.lost).toBe(false);
});

describe('the timeline is the highest of', () => {
  test.each([
    ['the one that is written', { in_recovery: false, written_timeline: 7 }],
    ['the one that is received', { receiver: { status: 'streaming', address: null, port: null, timeline: 7 } }],
    ['that of the last checkpoint', { checkpoint_timeline: 7 }],
    ['that which recovery has to reach', { recovery_timeline: 7 }],
    ['the replayed rows', { promotions: [promotion] }],
  ])('%s', (_, difference) => {
    expect(timelineOf(parseStatus(statusRow(difference)))).toBe(7);
  });
});
