import { expect, test } from 'vitest';
import { witness } from '../../../../agent/src/adapters/etcd/witness.ts';

test('the first answer says which cluster it is, and no other is believed afterwards', () => {
  const seen = witness({ clusterId: null, revisionFloor: '0' });
  expect(seen.accept({ clusterId: '7', revision: '5' }, seen.floor())).toBeNull();
  expect(seen.accept({ clusterId: '8', revision: '9' }, seen.floor())).toBe('it is of cluster 8, not 7');
  expect(seen.floor()).toBe(5n);
});

test('an answer is held to what was known when its call began, not to what overtook it', () => {
  const seen = witness({ clusterId: '7', revisionFloor: '4' });
  const early = seen.floor();
  expect(seen.accept({ clusterId: '7', revision: '6' }, seen.floor())).toBeNull();
  expect(seen.accept({ clusterId: '7', revision: '5' }, early)).toBeNull();
  expect(seen.accept({ clusterId: '7', revision: '5' }, seen.floor())).toBe('it is at revision 5, behind 6');
  expect(seen.floor()).toBe(6n);
});

test('revisions beyond what a double holds are told apart', () => {
  const seen = witness({ clusterId: '7', revisionFloor: '9007199254740993' });
  expect(seen.accept({ clusterId: '7', revision: '9007199254740992' }, seen.floor())).toContain('behind');
});
