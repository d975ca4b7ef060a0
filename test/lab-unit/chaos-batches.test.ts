import { expect, it } from 'vitest';
import { batchesIn, overlaps } from '../lab/chaos/batches.ts';

const journal = `1790000000.100000 netvis-ctl[7]: run a, stage base, epoch 1: begins
1790000002.500000 netvis-ctl[9]: run a, stage base, epoch 1: ends with 0
1790000003.000000 netvis-ctl[11]: run b, stage base, epoch 2: begins
`;

it('reads the batches of a host from its journal, one that was cut off without an end', () => {
  expect(batchesIn('n1', journal)).toEqual([
    { host: 'n1', run: 'a', stage: 'base', fromMs: 1790000000100, untilMs: 1790000002500 },
    { host: 'n1', run: 'b', stage: 'base', fromMs: 1790000003000, untilMs: Number.POSITIVE_INFINITY },
  ]);
});

it('finds batches of two runs at work on one host at the same time', () => {
  const at = (run: string, host: string, [fromMs, untilMs]: [number, number]) => ({ host, run, stage: 's', fromMs, untilMs });
  expect(overlaps([at('a', 'n1', [0, 5]), at('b', 'n1', [5, 9]), at('b', 'n2', [3, 4])])).toEqual([]);
  expect(overlaps([at('a', 'n1', [0, 5]), at('b', 'n1', [4, 9])])).toEqual(['n1: s of a and s of b overlap']);
});
