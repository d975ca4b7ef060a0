import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { readInventory } from '../../../../control-plane/src/adapters/yaml/read-inventory.ts';
import { parseInventory } from '../../../../control-plane/src/core/inventory/parse-inventory.ts';
import { compactDocument } from '../../../support/build-inventory.ts';
import { textAt, valueAndText, withText } from '../../../support/inventory-texts.ts';

test('a text in a value field is refused or kept exactly, and never ends a line', () => {
  fc.assert(
    fc.property(valueAndText, ([{ path }, text]) => {
      const written = stringify(withText(compactDocument(), path, text));
      const parsed = parseInventory(readInventory(written, 'i.yaml'));
      if (parsed.ok) {
        expect(textAt(parsed.ok, path)).toBe(text);
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
