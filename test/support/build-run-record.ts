import type { RunRecord } from '../../control-plane/src/ports/run-store.ts';

/** An apply of the whole cluster, with what a test changes. */
export function buildRunRecord(over: Partial<RunRecord> = {}): RunRecord {
  return {
    id: 'run-1',
    cluster: 'demo',
    mode: 'apply',
    inventoryText: '',
    inventoryPath: '/demo.yaml',
    forks: 5,
    maxFail: 0,
    lockEpoch: 1,
    owner: 'ada',
    createdAt: '2026-01-01T00:00:00.000Z',
    ...over,
  };
}
