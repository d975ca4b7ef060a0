import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FactSource } from '../../../../control-plane/src/core/facts/fact-source.ts';
import { factSources } from '../../../../control-plane/src/core/facts/fact-sources.ts';

/** What the source's command printed for these keys, and the facts (or the complaint) it must be read as. */
type Case = {
  keys: readonly string[];
  stdout: readonly string[];
  stderr?: readonly string[];
  expect: Record<string, unknown> | { error: string };
};

const root = join(import.meta.dirname, '../../../cases/facts');

describe.each(readdirSync(root))('%s', (name) => {
  const source = factSources.get(name) as FactSource<unknown>;
  const files = readdirSync(join(root, name)).map((file) => [file.replace(/\.json$/, ''), join(root, name, file)] as const);

  test.each(files)('%s', (_, path) => {
    const given = JSON.parse(readFileSync(path, 'utf8')) as Case;
    const output = { exitCode: 0, stdout: given.stdout.join('\n'), stderr: (given.stderr ?? []).join('\n') };
    if ('error' in given.expect) expect(() => source.parse(output, given.keys)).toThrow(String(given.expect.error));
    else expect(Object.fromEntries(source.parse(output, given.keys))).toEqual(given.expect);
  });
});

test('every source has cases', () => {
  expect([...factSources.keys()].filter((name) => !readdirSync(root).includes(name))).toEqual([]);
});

test('every source is registered under its own name', () => {
  for (const [name, source] of factSources) expect(source.name).toBe(name);
});
