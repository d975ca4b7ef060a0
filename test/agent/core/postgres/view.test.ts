import { describe, expect, test } from 'vitest';
import { startState, withNames } from '../../../../agent/src/core/postgres/own-settings.ts';
import { parseStatus } from '../../../../agent/src/core/postgres/status.ts';
import { type Findings, type HostNames, viewOf } from '../../../../agent/src/core/postgres/view.ts';
import { statusRow } from '../../../support/build-postgres-status.ts';

const hosts: HostNames = {
  peers: ['pg2', 'pg3'],
  at: (address, port) => (address === '10.0.0.2' && (port === null || port === 5432) ? 'pg2' : null),
  ofConninfo: (text) => (text.includes('10.0.0.2') ? 'pg2' : null),
};
const postmaster = { pid: 7, startTime: 70, status: 'ready' as const };

function findings(difference: Partial<Findings> = {}): Findings {
  return {
    postmaster,
    processes: 1,
    data: { state: 'whole', systemId: 's', incarnation: 'i', history: [], epoch: 1 },
    own: startState('pg2'),
    status: parseStatus(statusRow()),
    waits: new Map(),
    canary: null,
    gate: 'shut',
    probe: null,
    diskWritable: true,
    ...difference,
  };
}

const withStatus = (row: Readonly<Record<string, unknown>>, difference: Partial<Findings> = {}) =>
  viewOf(findings({ status: parseStatus(statusRow(row)), ...difference }), hosts);

describe('the process', () => {
  test.each([
    ['none where nothing of it lives', { postmaster: null, processes: 0 }, 'none'],
    ['stopping where only orphans are left', { postmaster: null, processes: 2 }, 'stopping'],
    ['starting before it accepts sessions', { postmaster: { ...postmaster, status: 'starting' as const } }, 'starting'],
    ['stopping once it was told to', { postmaster: { ...postmaster, status: 'stopping' as const } }, 'stopping'],
    ['running when it accepts sessions', {}, 'running'],
  ])('is %s', (_, difference, process) => {
    expect(viewOf(findings(difference), hosts).process).toBe(process);
  });

  test('is known by pid and start time alone', () => {
    expect(viewOf(findings(), hosts).postmaster).toEqual({ pid: 7, startTime: 70 });
  });
});

test('of a server that has not answered nothing is proven, its list least of all', () => {
  expect(viewOf(findings({ status: null }), hosts)).toMatchObject({
    inRecovery: null,
    flushLsn: null,
    following: 'pg2',
    sync: { names: [], placeholderSinceStart: false },
    walsenders: [],
    slots: [],
    checkpoint: { timeline: null, running: false },
  });
});

test('a standby shows whom it is told to follow and whom it receives from', () => {
  const receiver = { status: 'streaming', address: '10.0.0.2', port: 5432, timeline: 2 };
  expect(withStatus({ conninfo: 'host=10.0.0.2 port=5432', receiver })).toMatchObject({
    following: 'pg2',
    receiver: { host: 'pg2', status: 'streaming' },
  });
  expect(withStatus({ receiver: { ...receiver, address: '10.0.0.9' } }).receiver).toBeNull();
});

describe('the list', () => {
  test('is the placeholder since the start only if the file says so too', () => {
    expect(withStatus({}).sync).toEqual({ names: 'placeholder', placeholderSinceStart: true });
    const own = withNames(withNames(startState(null), []), 'placeholder');
    expect(withStatus({}, { own }).sync.placeholderSinceStart).toBe(false);
  });

  test('of another maker is one name that is nobody', () => {
    expect(withStatus({ sync_names: { value: 'ANY 1 (*)', file: null } }).sync).toEqual({
      names: ['ANY 1 (*)'],
      placeholderSinceStart: false,
    });
  });
});

test('a walsender is known by its slot, else by its address; strangers are left out and silence is position 0', () => {
  const walsender = { pid: 1, name: 'inc', address: '10.0.0.9', state: 'streaming', listed: true, flushLsn: 5, replayLsn: 4 };
  const slot = { name: 'netvis_pg3', active: true, activePid: 1, restartLsn: 1, lost: false };
  const byAddress = { ...walsender, pid: 2, address: '10.0.0.2', state: 'catchup', listed: false, flushLsn: null, replayLsn: null };
  const { walsenders, slots } = withStatus({ walsenders: [walsender, byAddress, { ...walsender, pid: 3 }], slots: [slot] });
  expect(walsenders).toEqual([
    { host: 'pg3', incarnation: 'inc', streaming: true, listed: true, flushLsn: 5, replayLsn: 4 },
    { host: 'pg2', incarnation: 'inc', streaming: false, listed: false, flushLsn: 0, replayLsn: 0 },
  ]);
  expect(slots).toEqual(['pg3']);
});

test('the oldest wait and the checkpoint are shown', () => {
  const view = withStatus(
    { checkpointing: true },
    {
      waits: new Map([
        ['1 7', 30],
        ['2 8', 20],
      ]),
    },
  );
  expect(view).toMatchObject({ oldestWaitingLsn: 20, checkpoint: { timeline: 2, running: true } });
});
