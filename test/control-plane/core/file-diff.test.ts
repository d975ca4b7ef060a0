import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { type DiffPolicy, fileDiff, type PresentFile } from '../../../control-plane/src/core/file-diff.ts';
import { revealSecrets, type SecretLookup, secretToken } from '../../../control-plane/src/core/secret.ts';
import { createMasker } from '../../../control-plane/src/core/secret-mask.ts';

/**
 * What a host has (lines, or a kind such as `binary`) and what it is to have; `<secret NAME>` in a wanted line is the
 * secret's token. `never` may not stand anywhere in the diff.
 */
type Case = {
  readonly secrets?: Readonly<Record<string, string>>;
  readonly restricted?: boolean;
  readonly present: readonly string[] | PresentFile;
  readonly wanted: readonly string[];
  readonly never?: readonly string[];
  readonly expect: readonly string[];
};

const root = join(import.meta.dirname, '../../cases/file-diff');

describe('fileDiff', () => {
  test.each(readdirSync(root).map((file) => [file.replace(/\.json$/, '')]))('%s', (name) => {
    const given = JSON.parse(readFileSync(join(root, `${name}.json`), 'utf8')) as Case;
    const diff = diffOf(given);
    for (const secret of [...(given.never ?? []), ...Object.values(given.secrets ?? {})]) expect(diff).not.toContain(secret);
    expect(diff.split('\n')).toEqual(given.expect);
  });

  it('is cut where it is long, with the number of lines left out', () => {
    const wanted = Array.from({ length: 1200 }, (_, i) => `line ${i} ${'x'.repeat(50)}`);
    const diff = diffOf({ present: [], wanted, expect: [] });
    expect(diff.length).toBeLessThan(66_000);
    expect(diff).toMatch(/\n… \d+ more lines$/);
  });

  it('gives up on files that have nothing in common', () => {
    const lines = (word: string) => Array.from({ length: 1000 }, (_, i) => `${word} ${i}`);
    expect(diffOf({ present: lines('a'), wanted: lines('b'), expect: [] })).toContain('too many lines differ');
  });
});

function diffOf({ secrets = {}, restricted = false, present, wanted }: Case): string {
  const lookup: SecretLookup = (name) => secrets[name] ?? '';
  const policy: DiffPolicy = {
    restricted,
    hashOf: (line) => createHash('sha256').update(revealSecrets(line, lookup)).digest('hex'),
    mask: createMasker(Object.assign((name: string) => lookup(name), { names: Object.keys(secrets) })),
  };
  const text = (lines: readonly string[]) => lines.join('\n');
  const tokens = text(wanted).replace(/<secret ([a-z-]+)>/g, (_, name: string) => secretToken(name));
  return fileDiff({ path: '/etc/x', present: isLines(present) ? { kind: 'text', text: text(present) } : present, wanted: tokens }, policy);
}

function isLines(present: Case['present']): present is readonly string[] {
  return Array.isArray(present);
}
