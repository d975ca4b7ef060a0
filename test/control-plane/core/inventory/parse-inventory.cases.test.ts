import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { siteFromText } from '../../../../control-plane/src/adapters/yaml/load-site.ts';
import { NvError, type Problem } from '../../../../control-plane/src/core/errors.ts';
import { topologyRules } from '../../../../control-plane/src/core/inventory/topology-lint.ts';

const directory = new URL('../../../cases/inventory/', import.meta.url);
const scenarios = readdirSync(directory)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.replace(/\.yaml$/, ''));

describe('every inventory of test/cases/inventory is judged as written beside it', () => {
  test.each(scenarios)('%s', (scenario) => {
    const problems = judge(read(`${scenario}.yaml`));
    expect(problems.filter(({ at, hint }) => at?.file !== 'inventory.yaml' || !hint)).toEqual([]);
    expect(problems.map(line)).toEqual(read(`${scenario}.expected`).split('\n').filter(Boolean));
  });

  test('every rule of the topology has a scenario that breaks it', () => {
    const expected = scenarios.map((scenario) => read(`${scenario}.expected`)).join('');
    const untried = topologyRules.filter(({ id, severity }) => !expected.includes(`NV_TOPOLOGY ${severity} ${id}\n`));
    expect(untried.map(({ id }) => id)).toEqual([]);
  });
});

function judge(text: string): readonly Problem[] {
  try {
    return siteFromText(text, 'inventory.yaml').warnings;
  } catch (error) {
    if (error instanceof NvError) return error.problems;
    throw error;
  }
}

function line({ code, at, severity, rule }: Problem): string {
  return [`${at?.line}:${at?.column}`, code, ...(rule ? [severity, rule] : [])].join(' ');
}

function read(file: string): string {
  return readFileSync(new URL(file, directory), 'utf8');
}
