import { expect, test } from 'vitest';
import { parseFailover } from '../bench/failover/failover-arguments.ts';
import { judge } from '../bench/failover/judge.ts';
import type { Ack } from '../bench/failover/writer.ts';

const ack = (host: string, ackMs: number, sentMs = ackMs - 1): Ack => ({ id: `${host}-${ackMs}`, host, sentMs, ackMs });
const fault = { atMs: 1000, oldPrimary: 'a', endMs: 5000 };

test('the gap is the longest time without a row that ends after the fault', () => {
  const acks = [ack('a', 100), ack('a', 900), ack('b', 2500), ack('b', 2600), ack('b', 4900)];
  expect(judge(acks, fault)).toMatchObject({ gapMs: 2300, doubleAcks: 0, writable: ['b'] });
});

test('a cluster that never writes again has a gap up to the end of the look', () => {
  expect(judge([ack('a', 900)], fault)).toMatchObject({ gapMs: 4100, writable: [] });
});

test('a row the old primary was sent and acknowledged while another server acknowledged rows is counted', () => {
  const acks = [ack('a', 900), ack('b', 2000), ack('a', 2100, 2050), ack('b', 2200)];
  expect(judge(acks, fault)).toMatchObject({ doubleAcks: 1, writable: ['b', 'a'] });
});

test('a row that was on its way before the other server wrote is none', () => {
  const acks = [ack('a', 900), ack('b', 2000), ack('a', 2100, 1990), ack('b', 2200)];
  expect(judge(acks, fault)).toMatchObject({ doubleAcks: 0 });
});

test('rows of an old primary that became the primary again are none', () => {
  const acks = [ack('a', 900), ack('b', 2000), ack('b', 2100), ack('a', 3000), ack('a', 3100)];
  expect(judge(acks, fault)).toMatchObject({ doubleAcks: 0 });
});

test('without words every fault strikes every system, ours ten times', () => {
  expect(parseFailover([])).toMatchObject({ runs: 10, peerRuns: 3, only: [], preset: 'balanced', keep: false });
});

test.each([
  ['an unknown fault', ['--only', 'meteor']],
  ['an unknown system', ['--systems', 'oracle']],
  ['a count that is none', ['--runs', '0']],
  ['an unknown option', ['--fast']],
])('%s is a usage error that says how it is used', (_, words) => {
  expect(() => parseFailover(words)).toThrow(expect.objectContaining({ code: 'NV_USAGE', hint: expect.stringContaining('--only FAULT') }));
});
