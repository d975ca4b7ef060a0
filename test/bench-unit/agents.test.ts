import { expect, test } from 'vitest';
import { costsBetween, parseSight } from '../bench/agents.ts';

/** One that took 5 hundredths of a second and holds 1 MB, and one that ended under the look. */
const helpers = '2 3 2048 1024\n1 0\n';

test('the cost of an agent is its processor time and its helpers’ between two looks by the host’s own clock, the busiest first', () => {
  const before = [parseSight('pg1', `100.50 7 300 40 5 5 80000 70000\n${helpers}`), parseSight('lb1', '100.50 8 10 10 0 0 1024 1024\n')];
  const after = [parseSight('lb1', '200.50 8 30 20 0 0 2048 1024\n'), parseSight('pg1', `160.50 7 380 70 8 7 81920 71680\n${helpers}`)];
  expect(costsBetween(before, after)).toEqual([
    { host: 'pg1', cpuPercent: expect.closeTo(115 / 60), rssMb: 71, peakMb: 82 },
    { host: 'lb1', cpuPercent: expect.closeTo(0.3), rssMb: 1, peakMb: 2 },
  ]);
});

test('an agent that is not there, or not the one from before, has no cost', () => {
  expect(() => parseSight('pg1', '')).toThrow('pg1 has no agent');
  const [before, after] = ['7', '9'].map((pid) => parseSight('pg1', `100.50 ${pid} 300 40 5 5 80000 70000\n`));
  expect(() => costsBetween(before ? [before] : [], after ? [after] : [])).toThrow('started again');
});
