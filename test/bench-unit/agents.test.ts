import { expect, test } from 'vitest';
import { costsBetween, parseSight } from '../bench/agents.ts';

test('the cost of an agent is its processor time between two looks by the host’s own clock, the busiest first', () => {
  const before = [parseSight('pg1', '100.50\n300 40\n80000\n70000\n'), parseSight('lb1', '100.50\n10 10\n66560\n65536\n')];
  const after = [parseSight('lb1', '200.50\n30 20\n66560\n66560\n'), parseSight('pg1', '160.50\n380 70\n81920\n71680\n')];
  expect(costsBetween(before, after)).toEqual([
    { host: 'pg1', cpuPercent: expect.closeTo(110 / 60), rssMb: 70, peakMb: 80 },
    { host: 'lb1', cpuPercent: expect.closeTo(0.3), rssMb: 65, peakMb: 65 },
  ]);
});

test('an agent that is not there costs no number', () => {
  expect(parseSight('pg1', '100.50\n')).toMatchObject({ atSeconds: 100.5, cpuSeconds: Number.NaN, rssMb: Number.NaN });
});
