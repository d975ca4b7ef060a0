import type { Problem } from '../errors.ts';
import { expandHosts } from './expand-hosts.ts';
import { type Finding, type InventoryDocument, type InventoryPath, isMapping, type Locate } from './inventory-document.ts';
import { type Inventory, inventorySchema } from './schema.ts';
import { findingsOf } from './schema-findings.ts';

/** Problems told at once: beyond them the file is no inventory. */
const problemLimit = 200;

/** A valid inventory with the place of every part in its file, or everything that is wrong with it. */
export type ParsedInventory =
  | { readonly ok: Inventory; readonly locate: Locate; readonly problems?: undefined }
  | { readonly ok?: undefined; readonly problems: readonly Problem[] };

/**
 * Checks a document against the schema, host ranges written out and defaults filled in. All problems come at once, as
 * NV_INVENTORY_INVALID, in the file's order. `locate` of the result knows the hosts of a range by their own names.
 */
export function parseInventory({ value, locate }: InventoryDocument): ParsedInventory {
  const expanded = expandHosts(value);
  const located: Locate = (path) => locate(originalPath(path, expanded.origins));
  const parsed = inventorySchema.safeParse(expanded.value);
  const inSource = [...expanded.findings, ...reservedKeys(value, [])];
  const inSchema = parsed.success ? [] : parsed.error.issues.flatMap((issue) => findingsOf(issue, expanded.value));
  const findings = [...inSource, ...inSchema.map((finding) => inRangeTerms(finding, expanded.origins))];
  if (parsed.success && findings.length === 0) return { ok: parsed.data, locate: located };
  return { problems: inFileOrder(findings.slice(0, problemLimit).map((finding) => problemAt(finding, locate))) };
}

/** Sorts by line and column, and drops what is the same finding of another host of the same range. */
export function inFileOrder(problems: readonly Problem[]): readonly Problem[] {
  const unique = new Map(problems.map((problem) => [JSON.stringify([problem.message, problem.at, problem.hint]), problem]));
  return [...unique.values()].sort((a, b) => (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.column ?? 0) - (b.at?.column ?? 0));
}

function problemAt({ path, message, hint }: Finding, locate: Locate): Problem {
  const at = locate(path);
  return { code: 'NV_INVENTORY_INVALID', message, hint, ...(at === undefined ? {} : { at }) };
}

/** Speaks of `hosts.api[1:3]` where a host of that range is meant, so that a slip is told once. */
function inRangeTerms({ path, message, hint }: Finding, origins: ReadonlyMap<string, string>): Finding {
  const [, host] = path;
  const original = originalPath(path, origins);
  const prefix = `hosts.${host}`;
  const told = original[1] !== host && message.startsWith(prefix) ? `hosts.${original[1]}${message.slice(prefix.length)}` : message;
  return { path: original, message: told, hint };
}

function originalPath(path: InventoryPath, origins: ReadonlyMap<string, string>): InventoryPath {
  const [section, host, ...rest] = path;
  if (section !== 'hosts' || typeof host !== 'string') return path;
  return [section, origins.get(host) ?? host, ...rest];
}

/** Keys named `__proto__`, which the schema passes over in silence. */
function reservedKeys(value: unknown, path: InventoryPath): readonly Finding[] {
  if (Array.isArray(value)) return value.flatMap((entry, index) => reservedKeys(entry, [...path, index]));
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = [...path, key];
    return key === '__proto__'
      ? [{ path: here, message: 'the key __proto__ is not allowed', hint: 'Remove it.' }]
      : reservedKeys(inner, here);
  });
}
