import { describe, expect, test } from 'vitest';
import { after, elapsedForCandidate, elapsedForHolder } from '../../../../agent/src/core/failover/moment.ts';

const start = { monotonicMs: 1000, boottimeMs: 5000 };

describe('time that passed', () => {
  test('is the longer of both clocks for a holder, so that a suspend shortens its right', () => {
    expect(elapsedForHolder(start, { monotonicMs: 1100, boottimeMs: 9000 })).toBe(4000);
    expect(elapsedForHolder(start, { monotonicMs: 1300, boottimeMs: 5100 })).toBe(300);
  });

  test('is what CLOCK_MONOTONIC says for a candidate, so that a suspend does not count as watching', () => {
    expect(elapsedForCandidate(start, { monotonicMs: 1100, boottimeMs: 9000 })).toBe(100);
  });

  test('moves a moment on both clocks', () => {
    expect(after(start, 250)).toEqual({ monotonicMs: 1250, boottimeMs: 5250 });
  });
});
