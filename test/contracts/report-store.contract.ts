import { describe, expect, test } from 'vitest';
import type { ReportStore } from '../../control-plane/src/ports/report-store.ts';
import { buildReport } from '../support/build-readings.ts';

const received = (host: string, receivedAt: string, cluster = 'demo') => ({ report: buildReport({ host, cluster }), receivedAt });

/** What every store of agents' reports must keep; `open` gives an empty one. */
export function reportStoreContract(name: string, open: () => Promise<ReportStore>): void {
  describe(`${name} keeps reports`, () => {
    test('the latest report of each host of a cluster is kept', async () => {
      const store = await open();
      const last = received('pg1', '2026-01-01T00:00:01.000Z');
      const other = received('pg2', '2026-01-01T00:00:00.000Z');
      for (const each of [received('pg1', '2026-01-01T00:00:00.000Z'), other, last]) await store.save(each);
      await store.save(received('pg1', '2026-01-01T00:00:02.000Z', 'another'));
      expect(await store.latest('demo')).toEqual({ pg1: last, pg2: other });
    });

    test('a cluster without reports has none', async () => {
      expect(await (await open()).latest('demo')).toEqual({});
    });
  });
}
