/** The table of rules, and its printed form. */

import { fenceRules } from './fence-rules.ts';
import { postgresRules } from './postgres-rules.ts';
import type { Rule, RuleLane } from './rule.ts';
import { shownRules } from './shown-rules.ts';
import { storeRules } from './store-rules.ts';

/** In each lane the first row that holds acts; `fence` comes before everything. */
export const rules: readonly Rule[] = [...fenceRules, ...storeRules, ...postgresRules, ...shownRules];

export const ruleLanes: readonly RuleLane[] = ['fence', 'guard', 'store', 'postgres', 'canary', 'peers', 'requests', 'address', 'role'];

export const rulesByLane: ReadonlyMap<RuleLane, readonly Rule[]> = new Map(
  ruleLanes.map((lane) => [lane, rules.filter((rule) => rule.lane === lane)]),
);

/** One line for each rule: its lane, its id and what has to hold. */
export function printRules(table: readonly Rule[]): string {
  return table.map(({ lane, id, when, act }) => `${lane} | ${id} | ${when.map(({ name }) => name).join(', ')} | ${act.name}\n`).join('');
}
