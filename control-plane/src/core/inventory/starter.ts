/** The starter inventories: the annotated examples themselves, so that examples and starters cannot drift apart. */
export type StarterKind = 'compact' | 'full';

/** A file of the examples' directory and the name it gets in the user's. */
export type StarterFile = { readonly example: string; readonly target: string };

/** What `netvis-ctl init` writes: the inventory, and beside it the schema that its first line names for editors. */
export function starterFiles(kind: StarterKind): readonly StarterFile[] {
  return [
    { example: `${kind}.yaml`, target: 'inventory.yaml' },
    { example: 'inventory.schema.json', target: 'inventory.schema.json' },
  ];
}
