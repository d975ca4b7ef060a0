import { expect, test } from 'vitest';
import { type Intent, laneOf } from '../../../../agent/src/core/failover/intent.ts';

test.each<[Intent, ReturnType<typeof laneOf>]>([
  [{ kind: 'read-state' }, 'store'],
  [{ kind: 'stop', mode: 'fast', deadlineMs: 1 }, 'postgres'],
  [{ kind: 'open-gate' }, 'postgres'],
  [{ kind: 'canary', id: 'c' }, 'canary'],
  [{ kind: 'ask-peers', hosts: [], budgetMs: 200 }, 'peers'],
  [{ kind: 'fence-now' }, null],
  [{ kind: 'arm', epoch: 1, deadline: { monotonicMs: 1, boottimeMs: 1 } }, null],
])('%j runs in lane %j', (intent, lane) => {
  expect(laneOf(intent)).toBe(lane);
});
