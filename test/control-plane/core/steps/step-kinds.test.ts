import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { factSources } from '../../../../control-plane/src/core/facts/fact-sources.ts';
import { toShell } from '../../../../control-plane/src/core/remote-command.ts';
import { maskSecrets, secretToken } from '../../../../control-plane/src/core/secret.ts';
import type { Diff, StepKind } from '../../../../control-plane/src/core/steps/step-kind.ts';
import { stepKinds } from '../../../../control-plane/src/core/steps/step-kinds.ts';

type Facts = Record<string, Record<string, unknown>>;

/**
 * `settings` as the engine hands them to the schema (`secret:NAME` stands for a sealed secret), the facts the host
 * gives, and what must come of them. `after` = the facts once the changes are done: then nothing may be left to do.
 */
type Case = {
  settings: Record<string, unknown>;
  facts: Facts;
  pending?: 'restart' | 'reload';
  expect: { noop: string } | { refused: string } | { changes: readonly { summary: string; command: readonly string[] }[] };
  after?: Facts;
};

const root = join(import.meta.dirname, '../../../cases/steps');

describe.each(readdirSync(root))('%s', (kind) => {
  const stepKind = stepKinds.get(kind) as StepKind<unknown>;
  const files = readdirSync(join(root, kind)).map((file) => [file.replace(/\.json$/, ''), join(root, kind, file)] as const);

  test.each(files)('%s', (_, path) => {
    const given = JSON.parse(readFileSync(path, 'utf8')) as Case;
    const settings = stepKind.schema.parse(withSecrets(given.settings));
    const asked = stepKind.facts(settings).map(({ source, key }) => `${source} ${key}`);
    expect(asked.toSorted(), 'a case gives exactly the facts its step asks for').toEqual(namesOf(given.facts));
    const diff = compare(stepKind, settings, given);
    expect(told(diff)).toEqual(given.expect);
    if (given.after)
      expect(compare(stepKind, settings, { ...given, facts: given.after, pending: undefined })).toMatchObject({ kind: 'noop' });
  });
});

test('every kind has cases, and a case for having nothing to do', () => {
  const without = [...stepKinds.keys()].filter((kind) => !hasNoopCase(kind));
  expect(without).toEqual([]);
});

test('every kind asks only sources that exist', () => {
  for (const kind of readdirSync(root)) {
    for (const file of readdirSync(join(root, kind))) {
      const given = JSON.parse(readFileSync(join(root, kind, file), 'utf8')) as Case;
      for (const source of Object.keys(given.facts)) expect(factSources.has(source), source).toBe(true);
    }
  }
});

function hasNoopCase(kind: string): boolean {
  const files = readdirSync(root).includes(kind) ? readdirSync(join(root, kind)) : [];
  return files.some((file) => 'noop' in (JSON.parse(readFileSync(join(root, kind, file), 'utf8')) as Case).expect);
}

function compare(kind: StepKind<unknown>, settings: unknown, given: { facts: Facts; pending?: 'restart' | 'reload' | undefined }): Diff {
  return kind.diff(settings, {
    fact: <T>(source: string, key: string) => given.facts[source]?.[key] as T,
    pending: () => given.pending ?? null,
  });
}

function told(diff: Diff): unknown {
  if (diff.kind === 'noop') return { noop: diff.reason };
  if (diff.kind === 'refused') return { refused: diff.problem.message };
  const changes = diff.changes.map(({ command, file: _, ...rest }) => ({ ...rest, command: toShell(command, maskSecrets).split('\n') }));
  return { changes };
}

function namesOf(facts: Facts): readonly string[] {
  return Object.entries(facts)
    .flatMap(([source, keys]) => Object.keys(keys).map((key) => `${source} ${key}`))
    .toSorted();
}

function withSecrets(value: unknown): unknown {
  if (typeof value === 'string' && value.startsWith('secret:')) {
    return { text: secretToken(value.slice('secret:'.length)), sha256: 'a'.repeat(64) };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withSecrets(item)]));
}
