import { NvError } from '../../control-plane/src/core/errors.ts';
import type { IdempotencyKeys } from '../../control-plane/src/ports/idempotency-keys.ts';
import type { InventorySource } from '../../control-plane/src/ports/inventory-source.ts';
import type { ReceivedReport, ReportStore } from '../../control-plane/src/ports/report-store.ts';

/** Keys in memory, kept for ever. */
export function memoryKeys(): IdempotencyKeys {
  const keys = new Map<string, { fingerprint: string; run: string | null }>();
  return {
    async claim(key, fingerprint) {
      const held = keys.get(key);
      if (held) return { claimed: false, ...held };
      keys.set(key, { fingerprint, run: null });
      return { claimed: true };
    },
    settle: async (key, claim) => void keys.set(key, claim),
    release: async (key) => void keys.delete(key),
  };
}

export function memoryReports(): ReportStore {
  const clusters = new Map<string, Record<string, ReceivedReport>>();
  return {
    async save(received) {
      const { cluster, host } = received.report;
      clusters.set(cluster, { ...clusters.get(cluster), [host]: received });
    },
    latest: async (cluster) => clusters.get(cluster) ?? {},
  };
}

/** The inventories given by name. */
export function memoryInventories(texts: Readonly<Record<string, string>>): InventorySource {
  return {
    inlinePath: '/inventories/inline.yaml',
    async byName(name) {
      const text = texts[name];
      if (text === undefined) throw new NvError({ code: 'NV_INVENTORY_MISSING', message: `no inventory is known as ${name}` });
      return { text, path: `/inventories/${name}.yaml` };
    },
  };
}
