import { expect, test } from 'vitest';
import { armLine, parseAnswer, withdrawLine } from '../../../../agent/src/adapters/guard/guard-lines.ts';

test('commands carry when they were spoken, and numbers as they are', () => {
  const deadline = { monotonicMs: 3_536_356.266179, boottimeMs: 3_536_360 };
  const postmaster = { pid: 12, startTime: 34 };
  expect(armLine(3_535_956.25, { epoch: 3, deadline, postmaster })).toBe('arm 3535956.25 3 3536356.266179 3536360 12 34');
  expect(armLine(1.5, { epoch: 3, deadline, postmaster: null })).toBe('arm 1.5 3 3536356.266179 3536360 0 0');
  expect(withdrawLine(1.5, 3)).toBe('withdraw 1.5 3');
});

test('an answer is read whole', () => {
  const state = { kind: 'armed', epoch: 3, deadline: { monotonicMs: 1.5, boottimeMs: 2 }, postmaster: { pid: 12, startTime: 34 } };
  expect(parseAnswer('ok armed 3 1.5 2 12 34 boot 1')).toEqual({ kind: 'ok', state: { ...state, bootId: 'boot', canKill: true } });
  const refused = { kind: 'refused', code: 'older-epoch', state: { ...state, postmaster: null, bootId: 'boot', canKill: false } };
  expect(parseAnswer('older-epoch armed 3 1.5 2 0 0 boot 0')).toEqual(refused);
});

test.each([
  '',
  'ok',
  'ok armed 3 1.5 2 12 34 boot',
  'ok gone 3 1.5 2 12 34 boot 1',
  'ok armed 3 1 2 12 34 boot 1 more',
  'why armed 3 1 2 12 34 boot 1',
])('what no guard would say is no answer: %j', (line) => {
  expect(parseAnswer(line)).toEqual({ kind: 'unreachable', reason: `the guard says: ${line}` });
});
