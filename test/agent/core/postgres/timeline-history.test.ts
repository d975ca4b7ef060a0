import { expect, test } from 'vitest';
import { historyFileName, parseHistory } from '../../../../agent/src/core/postgres/timeline-history.ts';

test('each timeline begins where it left its parent', () => {
  const text = '1\t0/1741570\tno recovery target specified\n\n2\t0/3000000\tno recovery target specified\n';
  expect(parseHistory(5, text)).toEqual([
    { timeline: 1, forkLsn: 0 },
    { timeline: 2, forkLsn: 0x1741570 },
    { timeline: 5, forkLsn: 0x3000000 },
  ]);
});

test('only timeline 1 needs no file', () => {
  expect(parseHistory(1, null)).toEqual([{ timeline: 1, forkLsn: 0 }]);
  expect(parseHistory(2, null)).toBeNull();
});

test.each(['', 'torn', '1\tFFFFFFFF/FFFFFFFF\ttoo far\n'])('%j leads nowhere', (text) => {
  expect(parseHistory(2, text)).toBeNull();
});

test('a history file is named by the timeline in hexadecimal', () => {
  expect(historyFileName(26)).toBe('0000001A.history');
});
