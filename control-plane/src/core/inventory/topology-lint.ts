import type { Problem } from '../errors.ts';
import type { Locate } from './inventory-document.ts';
import type { Inventory } from './schema.ts';

/** Every finding of the topology rules, as NV_TOPOLOGY with the rule's id, errors and warnings. */
export function lintTopology(_inventory: Inventory, _locate: Locate): readonly Problem[] {
  return [];
}
