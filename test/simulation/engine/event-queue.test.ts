import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EventQueue } from './event-queue.ts';

it('gives events in the order of their times, and of equal times in the order they were added', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
      const queue = new EventQueue();
      for (const atMs of times) queue.add(atMs, () => undefined);
      const taken = Array.from({ length: times.length }, () => queue.take());
      const expected = times.map((atMs, order) => ({ atMs, order })).sort((a, b) => a.atMs - b.atMs || a.order - b.order);
      expect(taken.map((event) => ({ atMs: event?.atMs, order: event?.order }))).toEqual(expected);
      expect(queue.take()).toBeUndefined();
    }),
  );
});
