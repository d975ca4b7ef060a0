import type { Problem } from '../errors.ts';
import type { Locate } from './inventory-document.ts';
import { addressRules } from './lint/address-rules.ts';
import type { LintRule } from './lint/lint-rule.ts';
import { nameRules } from './lint/name-rules.ts';
import { portRules } from './lint/port-rules.ts';
import { roleRules } from './lint/role-rules.ts';
import { settingRules } from './lint/setting-rules.ts';
import { sshRules } from './lint/ssh-rules.ts';
import { inFileOrder } from './parse-inventory.ts';
import type { Inventory } from './schema.ts';

/** Every rule of the topology, in the order they are documented. */
export const topologyRules: readonly LintRule[] = [...roleRules, ...addressRules, ...portRules, ...nameRules, ...sshRules, ...settingRules];

/** Every finding of the topology rules, errors and warnings, as NV_TOPOLOGY with the rule's id, in the file's order. */
export function lintTopology(inventory: Inventory, locate: Locate): readonly Problem[] {
  return inFileOrder(topologyRules.flatMap((rule) => problemsOf(rule, inventory, locate)));
}

/** One line per rule: what stands in the documentation and in the golden file. */
export function ruleTable(): string {
  return topologyRules.map(({ id, severity, demand }) => `${id.padEnd(26)} ${severity.padEnd(8)} ${demand}\n`).join('');
}

function problemsOf(rule: LintRule, inventory: Inventory, locate: Locate): readonly Problem[] {
  return rule.find(inventory).map(({ path, message, hint }) => {
    const at = locate(path);
    return {
      code: 'NV_TOPOLOGY',
      message,
      rule: rule.id,
      severity: rule.severity,
      ...(hint === undefined ? {} : { hint }),
      ...(at === undefined ? {} : { at }),
    };
  });
}
