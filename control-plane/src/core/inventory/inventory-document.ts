import type { SourcePosition } from '../errors.ts';

/** Keys and indexes from the top of the inventory to a value, such as `['hosts', 'api1', 'roles', 0]`. */
export type InventoryPath = readonly (string | number)[];

/**
 * Where the key (or list entry) at a path stands; for a path that does not exist, where its nearest existing
 * ancestor stands. Undefined when there is no file, as for an inventory that came as JSON.
 */
export type Locate = (path: InventoryPath) => SourcePosition | undefined;

/** An inventory as read: any plain value, and where its parts stand. */
export type InventoryDocument = { readonly value: unknown; readonly locate: Locate };

/** Something wrong at a path, before it has a position and a code, and what to do about it. */
export type Finding = { readonly path: InventoryPath; readonly message: string; readonly hint: string };

/** `hosts.api1.roles[0]`, as users write paths. */
export function pathText(path: InventoryPath): string {
  const joined = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
  return joined.replace(/^\./, '') || 'the inventory';
}

/** A mapping of the document: neither a list nor null. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
