import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readInventory } from '../../../../control-plane/src/adapters/yaml/read-inventory.ts';
import { parseInventory } from '../../../../control-plane/src/core/inventory/parse-inventory.ts';
import { compactDocument } from '../../../support/build-inventory.ts';

type Path = readonly (string | number)[];

const textFields: readonly Path[] = [
  ['cluster'],
  ['ssh', 'user'],
  ['ssh', 'key'],
  ['ssh', 'knownHosts'],
  ['ssh', 'jump'],
  ['ssh', 'become', 'passwordSecret'],
  ['hosts', 'n1', 'address'],
  ['hosts', 'n1', 'ssh', 'key'],
  ['groups', 'some', 0],
  ['vips', 'web', 'address'],
  ['postgres', 'owner'],
  ['postgres', 'dataDirectory'],
  ['postgres', 'walKeepSize'],
  ['postgres', 'clientNetworks', 0],
  ['redis', 'masterName'],
  ['nginx', 'serverName'],
  ['nginx', 'certificate'],
  ['app', 'api', 'archive'],
  ['app', 'api', 'start', 0],
  ['app', 'api', 'healthPath'],
  ['app', 'api', 'environment', 'A'],
  ['agent', 'controlUrl'],
  ['secrets', 'file'],
];
const hostile = [
  '$(id)',
  '`id`',
  '{{ x }}',
  '{% raw %}',
  '{# c #}',
  "'; DROP --",
  '"',
  "'",
  ';',
  '}',
  '\n',
  '\r',
  '\t',
  '\0',
  '\u2028',
  '\u0085',
  ' # ',
  ': ',
];
const piece = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary', maxLength: 4 }), fc.string({ maxLength: 8 }));
const anyText = fc.oneof(
  fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join('')),
  fc.constantFrom('yes', 'null', '~', '0x10', '1e3', '.inf', '010', '<<', '2026-01-01', '/a/b', '10.0.0.0/8', 'http://a/b', 'x.tar.gz'),
);

test('a text in a value field is refused or kept exactly, and never ends a line', () => {
  fc.assert(
    fc.property(fc.constantFrom(...textFields), anyText, (path, text) => {
      const written = stringify(withValue(compactDocument(), path, text));
      const parsed = parseInventory(readInventory(written, 'i.yaml'));
      if (parsed.ok) {
        expect(valueAt(parsed.ok, path)).toBe(text);
        expect(text).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      } else {
        expect(parsed.problems.every(({ code }) => code === 'NV_INVENTORY_INVALID')).toBe(true);
      }
    }),
    { numRuns: 600 },
  );
});

test('any text at all is an inventory, or errors with a place', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const read = () => parseInventory(readInventory(text, 'i.yaml'));
      try {
        expect(read().problems?.every(({ at }) => at !== undefined && at.line > 0 && at.column > 0)).toBe(true);
      } catch (error) {
        expect(error).toMatchObject({ code: 'NV_INVENTORY_SYNTAX', at: { file: 'i.yaml' } });
      }
    }),
  );
});

function withValue(document: unknown, [key, ...rest]: Path, value: string): unknown {
  if (key === undefined) return value;
  const inner = withValue((document as Record<string, unknown> | undefined)?.[key], rest, value);
  return typeof key === 'number' ? [inner] : { ...(document as object | undefined), [key]: inner };
}

function valueAt(document: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], document);
}
