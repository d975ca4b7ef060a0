import type { FileFact } from '../facts/file.ts';

export type Ownership = { readonly owner: string; readonly group: string; readonly mode: string };

/** What differs, as `mode 0644 → 0600`; empty when owner, group and mode are as wanted. */
export function ownershipDifferences(found: FileFact, wanted: Ownership): readonly string[] {
  const names = ['owner', 'group', 'mode'] as const;
  return names.filter((name) => found[name] !== wanted[name]).map((name) => `${name} ${found[name]} → ${wanted[name]}`);
}
