import { describe, expect, test } from 'vitest';
import type { ClusterRecord } from '../../../../agent/src/contract/operator.ts';
import { type Operation, orderOf } from '../../../../control-plane/src/core/operations/operation.ts';
import { statusSite } from '../../../support/build-readings.ts';

const record: ClusterRecord = {
  epoch: 7,
  phase: 'held',
  holder: { host: 'pg1' },
  primary: { host: 'pg1', incarnation: 'a' },
  members: [{ host: 'pg2', incarnation: 'b' }],
  publishedEpoch: 7,
  pause: null,
  requestId: null,
};
const order = (operation: Operation, over: Partial<ClusterRecord> = {}) =>
  orderOf(operation, { site: statusSite(), record: { ...record, ...over }, id: 'id-1' });

const failover = { kind: 'failover', to: 'pg2', allowDataLoss: false, oldPrimaryIsOff: false } as const;
const maintenance = { kind: 'maintenance', host: 'pg2', lastMemberConfirmed: true } as const;

describe('an order is put as the agents read it', () => {
  test.each<[Operation, object]>([
    [
      { kind: 'switchover', to: 'pg2' },
      { kind: 'switchover', epoch: 7, target: 'pg2' },
    ],
    [
      { kind: 'switchover', to: null },
      { kind: 'switchover', target: null },
    ],
    [failover, { kind: 'failover', epoch: 7, target: 'pg2', oldPrimaryIsOff: false }],
    [
      { kind: 'pause', minutes: 5 },
      { kind: 'pause', durationMs: 300_000 },
    ],
    [{ kind: 'resume' }, { kind: 'resume' }],
    [maintenance, { kind: 'maintenance', host: 'pg2', lastMemberConfirmed: true }],
    [
      { kind: 'reinit', host: 'pg2' },
      { kind: 'reinit', host: 'pg2' },
    ],
  ])('%j', (operation, request) => {
    expect(order(operation)).toMatchObject({ kind: 'request', request: { id: 'id-1', ...request } });
  });

  test('the end of maintenance takes the request back', () => {
    expect(order({ kind: 'maintenance-end', host: 'pg2' })).toEqual({ kind: 'withdraw', key: 'request/maintenance-pg2' });
  });
});

describe('what would lose commits or the only standby is refused', () => {
  test.each<[string, Operation, Partial<ClusterRecord>]>([
    ['a switchover with no standby that holds everything', { kind: 'switchover', to: null }, { members: [] }],
    ['a switchover to the primary itself', { kind: 'switchover', to: 'pg1' }, {}],
    ['a switchover to one that is no member', { kind: 'switchover', to: 'pg2' }, { members: [{ host: 'pg1', incarnation: 'c' }] }],
    ['a failover to the primary itself', { ...failover, to: 'pg1' }, {}],
    ['a failover to one that may lack commits', failover, { members: [] }],
    ['maintenance of the primary', { ...maintenance, host: 'pg1' }, {}],
    ['maintenance of the last standby, unconfirmed', { ...maintenance, lastMemberConfirmed: false }, {}],
    ['a rebuild of the primary', { kind: 'reinit', host: 'pg1' }, {}],
  ])('%s', (_, operation, over) => {
    expect(order(operation, over)).toMatchObject({ code: 'NV_REFUSED', hint: expect.any(String) });
  });

  test('a failover that may lose commits goes on when it is allowed to', () => {
    expect(order({ ...failover, allowDataLoss: true }, { members: [] })).toMatchObject({ kind: 'request' });
  });
});

test('a host that is none of the database hosts is a mistake, with the one that was meant', () => {
  expect(order({ kind: 'switchover', to: 'pg22' })).toMatchObject({ code: 'NV_SELECTOR', hint: expect.stringContaining('pg2') });
});
