import { expect, test } from 'vitest';
import type { Decision } from '../../../agent/src/core/failover/decision.ts';
import { emptyMemory, freshDurable, type Memory } from '../../../agent/src/core/failover/memory.ts';
import type { View } from '../../../agent/src/core/failover/view.ts';
import { createFailoverLoop, type LoopParts } from '../../../agent/src/failover/failover-loop.ts';

/** A loop whose decisions are given, and everything it did in order; `next` lets what was asked for soon happen. */
function loopOf(decisions: readonly Partial<Decision>[], over: Partial<LoopParts> = {}) {
  const done: string[] = [];
  const soon: (() => void)[] = [];
  const left = [...decisions];
  const decide = (_: View, memory: Memory): Decision => ({
    ...{ ruleId: 'settled', why: { rules: [], saw: {}, others: {} }, intents: [], memory, wakeAtMs: 1000 },
    ...left.shift(),
  });
  const loop = createFailoverLoop(
    {
      moment: () => ({ monotonicMs: 0, boottimeMs: 0 }),
      view: () => ({}) as View,
      decide,
      persist: ({ highestEpoch }) => void done.push(`persist ${highestEpoch}`),
      dispatch: ({ kind }) => void done.push(kind),
      told: ({ ruleId }) => void done.push(`told ${ruleId}`),
      callAt: (atMs) => {
        done.push(`wake at ${atMs}`);
        return () => void done.push('wake taken back');
      },
      callSoon: (call) => void soon.push(call),
      ...over,
    },
    emptyMemory(freshDurable),
  );
  return { loop, done, next: () => soon.shift()?.() };
}

const knows = (highestEpoch: number): Memory => emptyMemory({ ...freshDurable, highestEpoch });

test('what a decision remembers is on disk before its intents are carried out', () => {
  const { loop, done, next } = loopOf([{ ruleId: 'R5.arm', memory: knows(3), intents: [{ kind: 'disarm' }, { kind: 'fence-now' }] }]);
  loop.wake();
  next();
  expect(done).toEqual(['persist 3', 'disarm', 'fence-now', 'told R5.arm', 'wake at 1000']);
  expect(loop.memory().durable.highestEpoch).toBe(3);
});

test('nothing is carried out when the disk does not take what must be remembered', () => {
  const persist = () => {
    throw new Error('ENOSPC');
  };
  const { loop, done, next } = loopOf([{ memory: knows(3), intents: [{ kind: 'fence-now' }] }], { persist });
  loop.wake();
  expect(next).toThrow('ENOSPC');
  expect(done).toEqual([]);
});

test('many reasons for a turn make one turn, and the next one takes the old alarm back', () => {
  const { loop, done, next } = loopOf([{}, {}]);
  loop.wake();
  loop.wake();
  next();
  next();
  expect(done).toEqual(['told settled', 'wake at 1000']);
  loop.wake();
  next();
  expect(done.slice(2)).toEqual(['wake taken back', 'told settled', 'wake at 1000']);
});

test('a stopped loop has no turn any more', () => {
  const { loop, done, next } = loopOf([{}]);
  loop.wake();
  loop.stop();
  next();
  expect(done).toEqual([]);
});
