import { expect, it } from 'vitest';
import type { Measurement } from '../bench/failover/measure-fault.ts';
import { spreadOf, summaryOf } from '../lab/chaos/soak-summary.ts';

const calm: Measurement = {
  ...{ fault: 'standby-killed', system: 'netvis', settings: 'preset fast', before: 'n1', after: 'n1', said: '' },
  ...{
    acknowledged: 100,
    lost: 0,
    doubleAcks: 0,
    gapMs: 20,
    fencedMs: null,
    protectedAgainMs: 1,
    oldPrimaryLastMs: null,
    writable: ['n1'],
  },
};

it('counts failovers, and those without a reason as findings', () => {
  const measured = [calm, { ...calm, after: 'n2', gapMs: 900 }, { ...calm, fault: 'power-off', after: 'n2', gapMs: 3000 }];
  expect(summaryOf(measured, [])).toMatchObject({
    ...{ struck: 3, failovers: 2, falseFailovers: 1, acknowledged: 300, gapsMs: { p50: 900, p99: 3000, max: 3000 } },
    faults: [
      { struck: 1, moved: 1 },
      { struck: 2, moved: 1 },
    ],
    findings: ['standby-killed: the primary moved from n1 to n2 for nothing'],
  });
});

it('finds lost rows, rows of a second server, and a cluster that stays broken', () => {
  const measured = [
    { ...calm, lost: 2 },
    { ...calm, doubleAcks: 1 },
  ];
  expect(summaryOf(measured, ['power off: not whole']).findings).toEqual([
    'power off: not whole',
    '2 acknowledged rows are lost',
    '1 rows were acknowledged by a second server',
  ]);
});

it('takes percentiles by the nearest rank', () => {
  expect(spreadOf([5, 1, 4, 2, 3])).toEqual({ p50: 3, p99: 5, max: 5 });
  expect(spreadOf([])).toEqual({ p50: 0, p99: 0, max: 0 });
});
