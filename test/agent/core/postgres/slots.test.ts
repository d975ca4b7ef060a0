import { describe, expect, test } from 'vitest';
import { hostOfSlot, hostsWithSlots, planSlots, type Slot, slotOf } from '../../../../agent/src/core/postgres/slots.ts';

const mib = 1024 * 1024;
const slot = (name: string, difference: Partial<Slot> = {}): Slot => ({
  name,
  active: false,
  activePid: null,
  restartLsn: 1000 * mib,
  lost: false,
  ...difference,
});
const primary = (slots: readonly Slot[]) => ({ slots, inRecovery: false, replayLsn: 2000 * mib });
const standby = (slots: readonly Slot[]) => ({ slots, inRecovery: true, replayLsn: 2000 * mib });
const nothing = { drop: [], create: [], advance: [] };

test('a host has its slot by a name that PostgreSQL allows', () => {
  expect(slotOf('pg-1')).toBe('netvis_pg_1');
  expect(hostOfSlot(['pg-2', 'pg-1'], 'netvis_pg_1')).toBe('pg-1');
  expect(hostOfSlot(['pg-2'], 'netvis_pg_1')).toBeNull();
});

describe('planSlots', () => {
  test('makes what is absent and leaves what is there', () => {
    expect(planSlots(['b', 'c'], primary([slot('netvis_b')]))).toEqual({ ...nothing, create: ['netvis_c'] });
  });

  test('makes a lost slot, and one that never kept anything, anew', () => {
    const broken = [slot('netvis_b', { lost: true }), slot('netvis_c', { restartLsn: null })];
    const names = ['netvis_b', 'netvis_c'];
    expect(planSlots(['b', 'c'], primary(broken))).toEqual({ drop: names, create: names, advance: [] });
  });

  test('drops the slots of hosts that are gone, not those of others, nor those in use', () => {
    const slots = [slot('netvis_old'), slot('backup'), slot('netvis_leaving', { active: true })];
    expect(planSlots([], primary(slots))).toEqual({ ...nothing, drop: ['netvis_old'] });
  });

  test('moves a slot on a standby that has fallen far behind; on a primary its user does', () => {
    const slots = [slot('netvis_b'), slot('netvis_c', { restartLsn: 1900 * mib })];
    expect(planSlots(['b', 'c'], standby(slots))).toEqual({ ...nothing, advance: [{ name: 'netvis_b', to: 1872 * mib }] });
    expect(planSlots(['b', 'c'], primary(slots))).toEqual(nothing);
  });
});

test('a host can stream where its slot is usable', () => {
  const slots = [slot('netvis_b'), slot('netvis_c', { restartLsn: 1900 * mib }), slot('netvis_d', { lost: true })];
  expect(hostsWithSlots(['b', 'c', 'd', 'e'], primary(slots))).toEqual(['b', 'c']);
  expect(hostsWithSlots(['b', 'c', 'd', 'e'], standby(slots))).toEqual(['c']);
});
