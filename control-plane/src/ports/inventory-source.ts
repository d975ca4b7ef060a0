/** Inventories the service knows by name. */
export type InventorySource = {
  /** Text of the inventory and the absolute path its relative paths count from. Rejects with NV_INVENTORY_MISSING. */
  byName(name: string): Promise<{ readonly text: string; readonly path: string }>;
  /** Where the relative paths of an inventory count from that came as text. */
  readonly inlinePath: string;
};
