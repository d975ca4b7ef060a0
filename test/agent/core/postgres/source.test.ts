import { expect, test } from 'vitest';
import { parseSource } from '../../../../agent/src/core/postgres/source.ts';

const promotion = { timeline: 2, forkLsn: 100, promotionId: 'p2', epoch: 1, forced: false };
const row = {
  in_recovery: false,
  system_id: 's',
  checkpoint_timeline: 2,
  written_timeline: 2,
  slot_is_free: true,
  promotions: [promotion],
};

test('a primary shows its timelines and that its checkpoint has reached the last one', () => {
  expect(parseSource(row)).toEqual({
    systemId: 's',
    inRecovery: false,
    checkpointed: true,
    slotIsFree: true,
    promotions: [promotion],
    history: [
      { timeline: 1, forkLsn: 0, promotionId: null, forced: false },
      { timeline: 2, forkLsn: 100, promotionId: 'p2', forced: false },
    ],
  });
});

test('before its first checkpoint on it the new timeline is not in the control file', () => {
  expect(parseSource({ ...row, checkpoint_timeline: 1 }).checkpointed).toBe(false);
});

test('a timeline that no row knows is shown without a promotion', () => {
  const { history, checkpointed } = parseSource({ ...row, written_timeline: 3 });
  expect(history.at(-1)).toMatchObject({ timeline: 3, promotionId: null });
  expect(checkpointed).toBe(false);
});

test('a standby shows what its rows know', () => {
  const { history, inRecovery } = parseSource({ ...row, in_recovery: true, written_timeline: null, promotions: [] });
  expect(inRecovery).toBe(true);
  expect(history.map(({ timeline }) => timeline)).toEqual([1]);
});
