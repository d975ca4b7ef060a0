import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { buildSite } from '../../core/build-site.ts';
import { NvError, type Problem } from '../../core/errors.ts';
import { mapPaths } from '../../core/inventory/file-paths.ts';
import { parseInventory } from '../../core/inventory/parse-inventory.ts';
import type { Inventory } from '../../core/inventory/schema.ts';
import { lintTopology } from '../../core/inventory/topology-lint.ts';
import type { Site } from '../../core/site.ts';
import { readInventoryFile } from './inventory-file.ts';
import { readInventory } from './read-inventory.ts';

/** A site that is fit to be applied, with the lint's warnings. */
export type LoadedSite = { readonly site: Site; readonly inventory: Inventory; readonly warnings: readonly Problem[] };

/** Reads, checks and builds the site of an inventory file; see `siteFromText`. Throws NV_INVENTORY_MISSING as well. */
export async function loadSite(file: string): Promise<LoadedSite> {
  return siteFromText(await readInventoryFile(file), file);
}

/**
 * Checks an inventory's text and builds its site. Relative paths in it count from the directory of `file`, `~/` from
 * the user's home; the site holds absolute ones. Throws NV_INVENTORY_SYNTAX, NV_INVENTORY_INVALID or NV_TOPOLOGY with
 * every problem of that kind.
 */
export function siteFromText(text: string, file: string): LoadedSite {
  const parsed = parseInventory(readInventory(text, file));
  if (!parsed.ok) throw problemsError(parsed.problems);
  const findings = lintTopology(parsed.ok, parsed.locate);
  const errors = findings.filter(({ severity }) => severity !== 'warning');
  if (errors.length > 0) throw problemsError(findings);
  const inventory = mapPaths(parsed.ok, (path) => absolute(path, dirname(file)));
  return { site: buildSite(inventory), inventory, warnings: findings };
}

function problemsError(problems: readonly Problem[]): NvError {
  const first = problems.find(({ severity }) => severity !== 'warning');
  if (!first) throw new Error('an inventory without errors was refused');
  return new NvError(first, { problems });
}

function absolute(path: string, directory: string): string {
  return path.startsWith('~/') ? resolve(homedir(), path.slice(2)) : resolve(directory, path);
}
