import { describe, expect, it } from 'vitest';
import { batchesOf } from '../../../control-plane/src/core/plan-order.ts';
import type { BatchOrder } from '../../../control-plane/src/core/playbook.ts';
import { buildLive } from '../../support/build-live.ts';

type Leader = 'postgres' | 'redis' | 'etcd' | 'web';
const stage = (onChange: BatchOrder, leader?: Leader, onBootstrap: BatchOrder = 'together') => ({
  stage: 's',
  part: 's',
  onBootstrap,
  onChange,
  ...(leader ? { leader } : {}),
});
const running = buildLive({
  postgres: { bootstrapped: true, primary: 'b', address: '', primaryRuns: true },
  redis: { bootstrapped: true, master: 'c', address: '' },
  etcd: { bootstrapped: true, hasMajority: true },
  webVipHolder: 'a',
});
type Args = Parameters<typeof batchesOf>;
const batchesAt = (mostHosts: number, stage: Args[0], live = running) =>
  batchesOf(stage, ['a', 'b', 'c', 'd', 'e'], { live, mostHosts }).map((batch) => batch.hosts);
const hostsOf = (stage: Args[0], hosts: Args[1], live: Args[2]['live']) =>
  batchesOf(stage, hosts, { live, mostHosts: Number.POSITIVE_INFINITY }).map((batch) => batch.hosts);

describe('batchesOf', () => {
  it.each([
    ['together', undefined, [['a', 'b', 'c']]],
    ['one-by-one', 'etcd', [['a'], ['b'], ['c']]],
    ['one-by-one', 'web', [['b'], ['c'], ['a']]],
    ['one-by-one', 'postgres', [['a'], ['c'], ['b']]],
    ['one-by-one', 'redis', [['a'], ['b'], ['c']]],
    ['leader-first', 'postgres', [['b'], ['a', 'c']]],
    ['leader-last', 'postgres', [['a', 'c'], ['b']]],
    ['leader-last', 'redis', [['a', 'b'], ['c']]],
    ['halves', undefined, [['a', 'b'], ['c']]],
  ] as const)('serves a running cluster %s (leader of %s)', (order, leader, expected) => {
    expect(hostsOf(stage(order, leader), ['a', 'b', 'c'], running)).toEqual(expected);
  });

  it('follows the bootstrap order while the service is new', () => {
    expect(
      hostsOf(
        stage('leader-last', 'postgres', 'leader-first'),
        ['a', 'b'],
        buildLive({ postgres: { bootstrapped: false, primary: 'b', address: '' } }),
      ),
    ).toEqual([['b'], ['a']]);
    expect(hostsOf(stage('one-by-one', 'etcd', 'together'), ['a', 'b'], buildLive({}))).toEqual([['a', 'b']]);
    // A member that stands alone is ready only when the others are: one after the other they would never be.
    const halfMade = buildLive({ etcd: { bootstrapped: true, hasMajority: false } });
    expect(hostsOf(stage('one-by-one', 'etcd', 'together'), ['a', 'b'], halfMade)).toEqual([['a', 'b']]);
    expect(
      hostsOf(
        stage('leader-last', 'redis', 'leader-first'),
        ['a', 'b'],
        buildLive({ redis: { bootstrapped: false, master: 'a', address: '' } }),
      ),
    ).toEqual([['a'], ['b']]);
  });

  it('starts a primary that is down before the standbys that are to follow it', () => {
    const live = buildLive({ postgres: { bootstrapped: true, primary: 'b', address: '', primaryRuns: false } });
    expect(hostsOf(stage('one-by-one', 'postgres', 'leader-first'), ['a', 'b', 'c'], live)).toEqual([['b'], ['a', 'c']]);
  });

  it.each([
    ['together', undefined, 2, [['a', 'b'], ['c', 'd'], ['e']]],
    ['halves', undefined, 2, [['a', 'b'], ['c'], ['d', 'e']]],
    [
      'halves',
      undefined,
      4,
      [
        ['a', 'b', 'c'],
        ['d', 'e'],
      ],
    ],
    ['leader-last', 'web', 3, [['b', 'c', 'd'], ['e'], ['a']]],
    ['one-by-one', 'etcd', 3, [['a'], ['b'], ['c'], ['d'], ['e']]],
  ] as const)('serves no more hosts at once than asked for, nor than its order allows (%s, leader of %s, %i)', (...row) => {
    const [order, leader, most, expected] = row;
    expect(batchesAt(most, stage(order, leader))).toEqual(expected);
  });

  it('starts the first members of a quorum together whatever is asked for: one alone would wait for the others', () => {
    const quorum = { ...stage('one-by-one', 'etcd', 'together'), quorum: 'etcd' } as const;
    expect(batchesAt(1, quorum, buildLive({}))).toEqual([['a', 'b', 'c', 'd', 'e']]);
    expect(batchesAt(2, quorum)).toEqual([['a'], ['b'], ['c'], ['d'], ['e']]);
  });

  it('makes no batch of nobody', () => {
    expect(hostsOf(stage('leader-last', 'postgres'), [], running)).toEqual([]);
    expect(hostsOf(stage('leader-last', 'postgres'), ['a'], running)).toEqual([['a']]);
  });
});
