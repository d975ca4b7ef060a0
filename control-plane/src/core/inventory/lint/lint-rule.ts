import type { Finding } from '../inventory-document.ts';
import type { Inventory, Role } from '../schema.ts';

/** One rule of the topology lint. `find` returns a finding per place where the inventory breaks it. */
export type LintRule = {
  readonly id: string;
  readonly severity: 'error' | 'warning';
  /** What the rule demands, in a few words. */
  readonly demand: string;
  readonly find: (inventory: Inventory) => readonly Finding[];
};

/** Names of the hosts with a role, in the inventory's order. */
export function hostsWith(inventory: Inventory, role: Role): readonly string[] {
  return Object.entries(inventory.hosts)
    .filter(([, host]) => host.roles.includes(role))
    .map(([name]) => name);
}

/** The entries that share their key with an earlier one, each with that first one. */
export function repeats<T>(entries: readonly T[], keyOf: (entry: T) => string): readonly { readonly entry: T; readonly first: T }[] {
  const seen = new Map<string, T>();
  return entries.flatMap((entry) => {
    const first = seen.get(keyOf(entry));
    if (first !== undefined) return [{ entry, first }];
    seen.set(keyOf(entry), entry);
    return [];
  });
}
