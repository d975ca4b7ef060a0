import { describe, expect, test } from 'vitest';
import { findRun, resumeRequestOf } from '../../../../control-plane/src/cli/commands/resume.ts';
import { buildRunRecord } from '../../../support/build-run-record.ts';
import { memoryRunStore } from '../../../support/memory-run-store.ts';

async function storeOf(...runs: readonly Parameters<typeof buildRunRecord>[0][]) {
  const store = memoryRunStore();
  for (const run of runs) await store.create(buildRunRecord(run));
  return store;
}

describe('the run to go on with', () => {
  test('is the one named, or the newest apply', async () => {
    const store = await storeOf({ id: 'a1' }, { id: 'a2' }, { id: 'p3', mode: 'plan' });
    expect(await findRun(store, { named: 'a1', inventory: undefined })).toMatchObject({ id: 'a1' });
    expect(await findRun(store, { named: 'last', inventory: undefined })).toMatchObject({ id: 'a2' });
  });

  test('may be named beside its own inventory and no other', async () => {
    const store = await storeOf({ id: 'a1', inventoryPath: '/site/lab.yaml' });
    expect(await findRun(store, { named: 'a1', inventory: '/site/../site/lab.yaml' })).toMatchObject({ id: 'a1' });
    await expect(findRun(store, { named: 'a1', inventory: '/site/other.yaml' })).rejects.toMatchObject({ code: 'NV_USAGE' });
  });

  test('is unknown when there is none', async () => {
    const store = await storeOf({ id: 'p1', mode: 'plan' });
    for (const named of ['last', 'a1']) {
      await expect(findRun(store, { named, inventory: undefined })).rejects.toMatchObject({ code: 'NV_RUN_UNKNOWN' });
    }
  });
});

test('a run that was killed a moment ago is waited for until its lock is free', () => {
  expect(resumeRequestOf('a1', { waitLock: '0' })).toMatchObject({ id: 'a1', waitLockMs: 25_000 });
  expect(resumeRequestOf('a1', { waitLock: '60' })).toMatchObject({ waitLockMs: 60_000 });
  expect(() => resumeRequestOf('a1', { waitLock: 'x' })).toThrow(expect.objectContaining({ code: 'NV_USAGE' }));
});
