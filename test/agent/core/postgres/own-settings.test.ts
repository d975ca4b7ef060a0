import { describe, expect, test } from 'vitest';
import {
  limitsBelow,
  parseOwnSettings,
  parseSyncSetting,
  printOwnSettings,
  startState,
  syncSetting,
  withNames,
  withoutOwnSettings,
} from '../../../../agent/src/core/postgres/own-settings.ts';

const upstream = { conninfo: "host=10.0.0.1 password='it''s'", slot: 'netvis_pg2' };

describe('the list of names', () => {
  test.each([
    ['placeholder', 'netvis_placeholder'],
    [[], ''],
    [['ab12'], 'FIRST 1 ("ab12")'],
    [['ab12', 'c"d'], 'FIRST 2 ("ab12", "c""d")'],
  ] as const)('%j is the setting %j, which means it', (names, setting) => {
    expect(syncSetting(names)).toBe(setting);
    expect(parseSyncSetting(setting)).toEqual(names);
  });

  test.each(['*', 'ANY 1 ("a", "b")', 'FIRST 1 ("a", "b")', 'ab12'])('%j is no list of the agent', (setting) => {
    expect(parseSyncSetting(setting)).toBeNull();
  });

  test('the placeholder has stood since the start until the first other list', () => {
    const start = startState(null);
    expect(withNames(start, 'placeholder').placeholderSinceStart).toBe(true);
    expect(withNames(withNames(start, []), 'placeholder')).toMatchObject({ names: 'placeholder', placeholderSinceStart: false });
  });
});

describe('the file', () => {
  test('is read back as the state it was printed from', () => {
    const state = { ...withNames(startState('pg1'), ['ab12']), limits: { max_connections: 200 } };
    expect(parseOwnSettings(printOwnSettings(state, upstream))).toEqual(state);
  });

  test('quotes for postgresql.conf', () => {
    const lines = printOwnSettings(startState('pg1'), upstream).split('\n');
    expect(lines).toContain("synchronous_standby_names = 'netvis_placeholder'");
    expect(lines).toContain("primary_conninfo = 'host=10.0.0.1 password=''it''''s'''");
    expect(lines).toContain('restart_after_crash = off');
  });

  test.each([null, 'synchronous_standby_names = netvis_placeholder\n', '#= {"names":7}\n', '#= torn\n'])('%j says nothing', (text) => {
    expect(parseOwnSettings(text)).toBeNull();
  });
});

test('the settings of ALTER SYSTEM that would override the agent go, others stay', () => {
  const text = "# comment\nwork_mem = '5MB'\nsynchronous_standby_names = ''\nPrimary_Conninfo='x'\nprimary_slot_name 'y'\n";
  expect(withoutOwnSettings(text)).toBe("# comment\nwork_mem = '5MB'\n");
});

test('a limit is kept where the configuration, or its absence, falls short of the data', () => {
  const configuration = "max_connections = 50\nmax_connections = 60 # later counts\nmax_wal_senders = '12'\n#max_worker_processes = 99\n";
  const data = { max_connections: 100, max_wal_senders: 10, max_worker_processes: 9, max_locks_per_transaction: 64 };
  expect(limitsBelow(data, configuration)).toEqual({ max_connections: 100, max_worker_processes: 9 });
});
