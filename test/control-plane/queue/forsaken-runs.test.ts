import { expect, test } from 'vitest';
import { endForsakenRuns } from '../../../control-plane/src/queue/forsaken-runs.ts';
import { buildRunRecord } from '../../support/build-run-record.ts';
import { memoryRunStore } from '../../support/memory-run-store.ts';
import { stillClock } from '../../support/still-clock.ts';

const clock = stillClock('2026-01-01T00:00:10.000Z');

test('only a run without report, live job and live engine is ended as interrupted, and once', async () => {
  const store = memoryRunStore();
  const runs = { queued: 'dead', watched: 'alive', forsaken: 'dead', old: undefined } as const;
  for (const [id, engine] of Object.entries(runs)) await store.create(buildRunRecord({ id, ...(engine ? { engine } : {}) }));
  const liveJobs = async () => [{ data: { run: 'queued', lockEpoch: 1 } }];
  const deps = { store, clock, liveJobs, isAlive: async (engine: string) => engine === 'alive' };
  await endForsakenRuns(deps);
  await endForsakenRuns(deps);
  expect(await Promise.all(Object.keys(runs).map((id) => store.report(id)))).toMatchObject([
    null,
    null,
    { outcome: 'interrupted', problems: [{ code: 'NV_INTERRUPTED' }] },
    { outcome: 'interrupted' },
  ]);
  expect((await store.events('forsaken')).map(({ event }) => event)).toEqual(['problem', 'report']);
});
