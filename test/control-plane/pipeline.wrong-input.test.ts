import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { siteFromText } from '../../control-plane/src/adapters/yaml/load-site.ts';
import { type Engine, startRun } from '../../control-plane/src/pipeline.ts';
import { memoryRunStore } from '../support/memory-run-store.ts';
import { stillClock } from '../support/still-clock.ts';

const directory = join(import.meta.dirname, '..', 'cases', 'inventory');
const wrong = readdirSync(directory).filter((file) => file.endsWith('.yaml') && !file.startsWith('fine-') && hasError(file));

/** An engine that knows what an inventory says, and nothing of what a run would need after that. */
function engineOfNothing() {
  const touched: string[] = [];
  const refuse = (what: string) => async () => {
    touched.push(what);
    throw new Error(`${what} in spite of the inventory`);
  };
  const engine: Engine = {
    id: 'engine-1',
    store: { ...memoryRunStore(), create: refuse('a run is stored') },
    lock: { acquire: refuse('the cluster is locked'), isHeld: async () => false },
    clusterLock: { acquire: refuse('the cluster is locked') },
    machine: 'desk',
    clock: stillClock(),
    newRunId: () => 'run-1',
    clusterOf: async ({ inventoryText, inventoryPath }) => siteFromText(inventoryText, inventoryPath).site.cluster,
    openRun: refuse('the hosts are opened'),
    closeRun: async () => undefined,
    queue: refuse('jobs are queued'),
    lost: new AbortController().signal,
  };
  return { engine, touched };
}

describe('an inventory that is wrong ends every kind of run before a lock, a job or a host', () => {
  test('in more than a hundred ways', () => expect(wrong.length).toBeGreaterThan(100));

  test.each(wrong)('%s', async (file) => {
    const { engine, touched } = engineOfNothing();
    const request = {
      inventoryText: readFileSync(join(directory, file), 'utf8'),
      inventoryPath: file,
      forks: 1,
      maxFail: 0,
      owner: 'ada@desk',
      waitLockMs: 0,
    };
    for (const mode of ['apply', 'plan', 'drift'] as const)
      await expect(startRun(engine, { ...request, mode })).rejects.toMatchObject({
        code: expect.stringMatching(/^NV_(INVENTORY|TOPOLOGY)/),
        at: { file },
      });
    expect(touched).toEqual([]);
  });
});

/** Cases of warnings alone are inventories that are applied. */
function hasError(file: string): boolean {
  const expected = readFileSync(join(directory, file.replace(/yaml$/, 'expected')), 'utf8');
  return /NV_INVENTORY| error /.test(expected);
}
