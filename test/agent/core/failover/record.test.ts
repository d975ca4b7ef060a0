import { describe, expect, test } from 'vitest';
import { eligibleServers, foundingRecord, parseRecord, printRecord, sameServer } from '../../../../agent/src/core/failover/record.ts';

const a = { host: 'a', incarnation: 'a1' };
const b = { host: 'b', incarnation: 'b1' };
const founding = foundingRecord({ host: 'a', nonce: 'n', ttlMs: 5000 });
const settled = {
  ...founding,
  systemId: '7',
  epoch: 3,
  holder: { host: 'a', instance: 'i' },
  phase: 'held' as const,
  primary: a,
  members: [b],
  lineage: { timeline: 2, forkLsn: 0x3000060, promotionId: 'p', forced: false },
  publishedEpoch: 3,
  syncedLsn: 0x3000100,
  pause: { id: 'x', durationMs: 60_000 },
};

describe('the state record', () => {
  test('survives printing and reading', () => {
    expect(parseRecord(printRecord(founding))).toEqual({ kind: 'record', record: founding });
    expect(parseRecord(printRecord(settled))).toEqual({ kind: 'record', record: settled });
  });

  test('holds LSNs in PostgreSQL notation', () => {
    expect(JSON.parse(printRecord(settled))).toMatchObject({ syncedLsn: '0/3000100', lineage: { forkLsn: '0/3000060' } });
  });

  test('is absent where the key does not exist', () => {
    expect(parseRecord(null)).toEqual({ kind: 'absent' });
  });

  test.each([
    ['no JSON', '{'],
    ['another protocol version', printRecord(settled).replace('"protocol":1', '"protocol":2')],
    ['an unknown field', printRecord(settled).replace('{', '{"extra":1,')],
    ['a field that is missing', printRecord(settled).replace('"epoch":3,', '')],
    ['an LSN that is none', printRecord(settled).replace('0/3000100', 'x')],
    ['JSON that is no object', '7'],
  ])('is unreadable with %s', (_case, text) => {
    expect(parseRecord(text)).toMatchObject({ kind: 'unreadable' });
  });

  test('counts the primary and the members as eligible, and a new incarnation as another server', () => {
    expect(eligibleServers(settled)).toEqual([a, b]);
    expect(sameServer(b, { host: 'b', incarnation: 'b1' })).toBe(true);
    expect(sameServer(b, { host: 'b', incarnation: 'b2' })).toBe(false);
  });
});
