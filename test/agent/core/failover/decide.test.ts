import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decide } from '../../../../agent/src/core/failover/decide.ts';
import { rules } from '../../../../agent/src/core/failover/rules/rules.ts';
import { nodes } from '../../../support/build-view.ts';
import { decideCase, nodeOf } from '../../../support/decide-case.ts';
import { repositoryPath } from '../../../support/repository-path.ts';

const folder = repositoryPath('test/cases/decide');
const files = readdirSync(folder).sort();
const cases = files.map((file) => ({ file, scenario: decideCase.parse(JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'))) }));

describe('decide', () => {
  test.each(cases)('$file', ({ scenario }) => {
    const { view, memory } = nodeOf(scenario);
    const decision = decide(view, memory);
    const { expect: wanted } = scenario;
    expect(decision.why.rules).toEqual(wanted.rules);
    expect(decision.intents).toHaveLength(wanted.intents.length);
    expect(decision.intents).toMatchObject(wanted.intents);
    expect(decision.memory).toMatchObject(wanted.memory ?? {});
    expect(decision.why).toMatchObject(wanted.why ?? {});
  });

  test.each(['primary', 'standby'] as const)('lets a %s at rest alone', (name) => {
    const { view, memory } = nodes[name];
    expect(decide(view, memory)).toMatchObject({ ruleId: 'settled', intents: [] });
  });

  test('has a scenario for every rule, named after it', () => {
    expect(rules.map(({ id }) => id).filter((id) => !files.some((file) => file.startsWith(`${id}-`)))).toEqual([]);
    const acting = new Set(cases.flatMap(({ scenario }) => scenario.expect.rules));
    expect(rules.map(({ id }) => id).filter((id) => !acting.has(id))).toEqual([]);
  });
});
