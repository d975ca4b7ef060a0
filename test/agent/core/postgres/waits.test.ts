import { expect, test } from 'vitest';
import { oldestWait, trackWaits } from '../../../../agent/src/core/postgres/waits.ts';

const first = { pid: 1, transaction: '70' };
const second = { pid: 2, transaction: '71' };

test('a wait keeps the position at which it was first seen, and the oldest counts', () => {
  const early = trackWaits(new Map(), [first], 100);
  const later = trackWaits(early, [first, second], 200);
  expect(oldestWait(later)).toBe(100);
  expect(oldestWait(trackWaits(later, [second], 300))).toBe(200);
});

test("a backend's next commit is another wait, and without waits there is no oldest", () => {
  const before = trackWaits(new Map(), [first], 100);
  expect(oldestWait(trackWaits(before, [{ ...first, transaction: '72' }], 300))).toBe(300);
  expect(oldestWait(trackWaits(before, [], 300))).toBeNull();
});
