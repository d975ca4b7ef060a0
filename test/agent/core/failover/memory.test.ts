import { expect, test } from 'vitest';
import { emptyMemory, freshDurable } from '../../../../agent/src/core/failover/memory.ts';

test('a process that has just started remembers nothing but what is on disk', () => {
  const durable = { ...freshDurable, highestEpoch: 7 };
  const { durable: kept, ...rest } = emptyMemory(durable);
  expect(kept).toBe(durable);
  expect(Object.values(rest).filter((value) => value !== null && value !== 0 && JSON.stringify(value) !== '{}')).toEqual([]);
});
