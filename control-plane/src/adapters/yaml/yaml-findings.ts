import { type Alias, type Document, isAlias, isMap, isNode, isScalar, isSeq, type Node, type Pair } from 'yaml';
import { keyName } from './key-name.ts';

/** Something an inventory may not hold although YAML can write it; `offset` counts characters from the text's begin. */
export type YamlFinding = { readonly offset: number; readonly message: string; readonly hint: string };

/** Values a file may hold once its aliases are written out, and levels it may nest. */
const weightLimit = 50_000;
const depthLimit = 40;
const noInventory = 'No inventory needs that much: see inventory/full.yaml.';
const aliasHint = 'Write &name before the value it stands for, above the place of *name; put a text that begins with * in quotes.';

/** `anchors` and `weights` hold what stands before the place of the walk: YAML's aliases only look back. */
type Walk = {
  readonly findings: YamlFinding[];
  readonly anchors: Map<string, Node>;
  readonly weights: Map<Node, number>;
  readonly parents: readonly Node[];
};

/** Finds duplicate keys, aliases that are unknown, endless or explode, merges of what is no mapping, and too deep nesting. */
export function findInNodes(document: Document): readonly YamlFinding[] {
  const findings: YamlFinding[] = [];
  if (document.contents) weigh(document.contents, { findings, anchors: new Map(), weights: new Map(), parents: [] });
  return findings;
}

/** Number of values below a node with aliases written out, itself counted. */
function weigh(node: Node, walk: Walk): number {
  if (isAlias(node)) return weighAlias(node, walk);
  if ('anchor' in node && node.anchor) walk.anchors.set(node.anchor, node);
  const below = walk.parents.length < depthLimit ? childrenOf(node, walk) : tooDeep(node, walk);
  const inner = { ...walk, parents: [...walk.parents, node] };
  const weight = below.reduce((sum, child) => sum + weigh(child, inner), 1);
  walk.weights.set(node, weight);
  return weight;
}

function childrenOf(node: Node, walk: Walk): readonly Node[] {
  if (isSeq(node)) return node.items.filter((item) => isNode(item));
  if (!isMap(node)) return [];
  checkKeys(node.items, walk);
  return node.items.map(({ value }) => value).filter((value) => isNode(value));
}

function tooDeep(node: Node, { findings }: Walk): readonly Node[] {
  if (isMap(node) || isSeq(node))
    findings.push({ offset: offsetOf(node), message: `more than ${depthLimit} levels deep`, hint: noInventory });
  return [];
}

function weighAlias(alias: Alias, { findings, anchors, weights, parents }: Walk): number {
  const offset = offsetOf(alias);
  const target = anchors.get(alias.source);
  if (!target) {
    findings.push({ offset, message: `no anchor &${alias.source} stands before the alias *${alias.source}`, hint: aliasHint });
    return 1;
  }
  if (parents.includes(target)) {
    findings.push({ offset, message: `the alias *${alias.source} stands inside its own anchor`, hint: aliasHint });
    return 1;
  }
  const weight = weights.get(target) ?? 1;
  if (weight <= weightLimit) return weight;
  findings.push({ offset, message: `with its aliases written out the file holds more than ${weightLimit} values`, hint: noInventory });
  return 1;
}

function checkKeys(pairs: readonly Pair[], { findings, anchors }: Walk): void {
  const seen = new Set<string>();
  for (const { key, value } of pairs) {
    if (!isScalar(key)) continue;
    const name = keyName(key);
    if (seen.has(name)) {
      findings.push({ offset: offsetOf(key), message: `the key ${name} stands here a second time`, hint: 'Keep one of the two.' });
    }
    seen.add(name);
    if (name === '<<' && !isMergeable(value, anchors))
      findings.push({
        offset: offsetOf(key),
        message: '<< merges mappings only',
        hint: 'Name the anchor of a mapping after it, as in <<: *common.',
      });
  }
}

function isMergeable(value: unknown, anchors: ReadonlyMap<string, Node>): boolean {
  if (isAlias(value)) return !anchors.has(value.source) || isMergeable(anchors.get(value.source), anchors);
  if (isSeq(value)) return value.items.every((item) => !isSeq(item) && isMergeable(item, anchors));
  return isMap(value);
}

function offsetOf(node: Node): number {
  return node.range?.[0] ?? 0;
}
