import type { InventoryDocument } from '../../control-plane/src/core/inventory/inventory-document.ts';
import { parseInventory } from '../../control-plane/src/core/inventory/parse-inventory.ts';
import type { Inventory, InventoryInput } from '../../control-plane/src/core/inventory/schema.ts';

const everyRole = ['lb', 'api', 'frontend', 'postgres', 'redis', 'sentinel', 'etcd'] as const;

/** A compact inventory as a user writes it: n1, n2 and n3 with every role. */
export function compactDocument(): InventoryInput {
  return {
    cluster: 'netvis',
    hosts: {
      n1: { address: '10.0.0.11', roles: [...everyRole] },
      n2: { address: '10.0.0.12', roles: [...everyRole] },
      n3: { address: '10.0.0.13', roles: [...everyRole] },
    },
    vips: {
      web: { address: '10.0.0.100/24', routerId: 51 },
      postgres: { address: '10.0.0.101/24', routerId: 52 },
      redis: { address: '10.0.0.102/24', routerId: 53 },
    },
    app: { api: { archive: './api.tar.gz' }, frontend: { archive: './frontend.tar.gz' } },
  };
}

/** A document without a file: nothing has a position. */
export function documentOf(value: unknown): InventoryDocument {
  return { value, locate: () => undefined };
}

/** The compact inventory with `changes` to its top level, checked and filled in. Throws when it is not valid. */
export function buildInventory(changes: Partial<InventoryInput> = {}): Inventory {
  const parsed = parseInventory(documentOf({ ...compactDocument(), ...changes }));
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  return parsed.ok;
}
