import { describe, expect, it } from 'vitest';
import { momentsOf } from '../lab/chaos/moments.ts';
import { seededRandom } from '../support/seeded-random.ts';

describe('momentsOf', () => {
  it('puts one moment into each equal part of the length, and the same for the same seed', () => {
    const moments = () => momentsOf({ count: 7, perChain: 3, lengthMs: 7000 }, seededRandom(5));
    expect(moments()).toEqual(moments());
    const sorted = moments()
      .flat()
      .sort((a, b) => a - b);
    expect(sorted.map((ms) => Math.floor(ms / 1000))).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(momentsOf({ count: 7, perChain: 3, lengthMs: 7000 }, seededRandom(6))).not.toEqual(moments());
  });

  it('deals the moments out so that each chain has its own in order, from early to late', () => {
    const chains = momentsOf({ count: 7, perChain: 3, lengthMs: 7000 }, seededRandom(1));
    expect(chains.map((chain) => chain.length)).toEqual([3, 2, 2]);
    for (const chain of chains) expect(chain).toEqual([...chain].sort((a, b) => a - b));
  });
});
