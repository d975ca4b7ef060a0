import { expect, test } from 'vitest';
import { emptyMemory, freshDurable } from '../../../../agent/src/core/failover/memory.ts';

test('a process that has just started remembers nothing but what is on disk', () => {
  const durable = { ...freshDurable, highestEpoch: 7 };
  const { counter, ...rest } = emptyMemory(durable);
  expect(counter).toBe(0);
  expect(rest).toEqual({ durable, watch: null, right: null, attempt: null, unresolved: null, surrendered: null });
});
