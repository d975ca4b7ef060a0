import { expect, test } from 'vitest';
import { parsePostmasterFile, parseStartTime } from '../../../../agent/src/core/postgres/postmaster-file.ts';

const file = (status: string) => `30850\n/data\n1795578085\n7001\n/run\n127.0.0.1\n  2147447         4\n${status}\n`;

test.each([
  ['ready   ', 'ready'],
  ['starting', 'starting'],
  ['standby ', 'starting'],
  ['stopping', 'stopping'],
])('the status %j is %s', (status, expected) => {
  expect(parsePostmasterFile(file(status))).toEqual({ pid: 30850, status: expected });
});

test('a file that is being written says a little or nothing', () => {
  expect(parsePostmasterFile('30850\n/data\n')).toEqual({ pid: 30850, status: 'starting' });
  expect(parsePostmasterFile('')).toBeNull();
});

test('a single-user server is known by its pid too', () => {
  expect(parsePostmasterFile('-77\n/data\n')?.pid).toBe(77);
});

test("a process's start is read past whatever its name holds, and a zombie has none", () => {
  const stat = (state: string) => `77 (a) b) ${state} 1 ${Array.from({ length: 17 }, (_, index) => index).join(' ')} 308702 9`;
  expect(parseStartTime(stat('S'))).toBe(308702);
  expect(parseStartTime(stat('Z'))).toBeNull();
  expect(parseStartTime('')).toBeNull();
});
