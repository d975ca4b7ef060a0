import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import type { InventoryPath } from '../../core/inventory/inventory-document.ts';
import { keyName } from './key-name.ts';

/**
 * Offset of the key or list entry at a path, through aliases and merges; of its nearest existing ancestor
 * when the path goes further than the document.
 */
export function offsetAt(document: Document, path: InventoryPath): number {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const part of path) {
    const found: Step | undefined = step(resolved(node, document), part, document);
    if (!found) break;
    offset = found.offset;
    node = found.node;
  }
  return offset;
}

type Step = { readonly offset: number; readonly node: Node | null };

function step(node: Node | null, part: string | number, document: Document): Step | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(part)];
    return isNode(item) ? { offset: item.range?.[0] ?? 0, node: item } : undefined;
  }
  return isMap(node) ? pairStep(node, String(part), document) : undefined;
}

function pairStep(map: YAMLMap, name: string, document: Document): Step | undefined {
  const pair = map.items.find(({ key }) => isScalar(key) && keyName(key) === name);
  if (pair && isScalar(pair.key)) return { offset: pair.key.range?.[0] ?? 0, node: isNode(pair.value) ? pair.value : null };
  return mergedMaps(map, document)
    .map((merged) => pairStep(merged, name, document))
    .find((found) => found !== undefined);
}

function mergedMaps(map: YAMLMap, document: Document): readonly YAMLMap[] {
  const merges = map.items.filter(({ key }) => isScalar(key) && keyName(key) === '<<');
  const sources = merges.flatMap(({ value }) => {
    const source = isNode(value) ? resolved(value, document) : null;
    return isSeq(source) ? source.items.map((item) => (isNode(item) ? resolved(item, document) : null)) : [source];
  });
  return sources.filter((source): source is YAMLMap => isMap(source));
}

function resolved(node: Node | null, document: Document): Node | null {
  return isAlias(node) ? (node.resolve(document) ?? null) : node;
}
