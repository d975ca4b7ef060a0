import { expect, test } from 'vitest';
import { holderText, locked, reasonOf } from '../../../../control-plane/src/core/run-lock/claim.ts';

const claim = { run: 'r1', owner: 'ada@desk', machine: 'desk', reason: 'apply --limit pg1', since: '2026-01-01T00:00:00.000Z' };

test('a reason says what the command line said', () => {
  expect(reasonOf({})).toBe('apply');
  expect(reasonOf({ limit: 'pg*', tags: ['nginx', 'base'] })).toBe('apply --limit pg* --tags nginx,base');
});

test('a holder is named with owner, machine, time, reason and run', () => {
  expect(holderText(claim)).toBe('ada@desk since 2026-01-01T00:00:00.000Z: apply --limit pg1 (run r1)');
  expect(holderText({ ...claim, owner: 'api:olaf' })).toContain('api:olaf on desk since');
});

test('a locked cluster is an error of its own also while nobody knows the holder', () => {
  expect(locked('demo', claim)).toMatchObject({ code: 'NV_LOCKED', message: expect.stringContaining('apply --limit pg1') });
  expect(locked('demo', null)).toMatchObject({ code: 'NV_LOCKED' });
});
