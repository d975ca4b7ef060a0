import { expect, test } from 'vitest';
import { costsBetween, parseSight } from '../bench/agents.ts';

/** A helper beside the agent took 5 hundredths of a second and holds 1 MB. */
const helper = '2 3\n2048\n1024\n';

test('the cost of an agent is its processor time and its helpers’ between two looks by the host’s own clock, the busiest first', () => {
  const before = [
    parseSight('pg1', `100.50\n7 300 40 5 5\n80000\n70000\n${helper}`),
    parseSight('lb1', '100.50\n8 10 10 0 0\n1024\n1024\n'),
  ];
  const after = [
    parseSight('lb1', '200.50\n8 30 20 0 0\n2048\n1024\n'),
    parseSight('pg1', `160.50\n7 380 70 8 7\n81920\n71680\n${helper}`),
  ];
  expect(costsBetween(before, after)).toEqual([
    { host: 'pg1', cpuPercent: expect.closeTo(115 / 60), rssMb: 71, peakMb: 82 },
    { host: 'lb1', cpuPercent: expect.closeTo(0.3), rssMb: 1, peakMb: 2 },
  ]);
});

test('an agent that is not there, or not the one from before, has no cost', () => {
  expect(() => parseSight('pg1', '100.50\n')).toThrow('pg1 has no agent');
  const [before, after] = ['7', '9'].map((pid) => parseSight('pg1', `100.50\n${pid} 300 40 5 5\n80000\n70000\n`));
  expect(() => costsBetween(before ? [before] : [], after ? [after] : [])).toThrow('started again');
});
