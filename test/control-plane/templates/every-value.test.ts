import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { environmentName } from '../../../control-plane/src/adapters/secrets/environment-secrets.ts';
import { createSecretSource } from '../../../control-plane/src/adapters/secrets/secret-source.ts';
import { readInventory } from '../../../control-plane/src/adapters/yaml/read-inventory.ts';
import { buildSite } from '../../../control-plane/src/core/build-site.ts';
import type { Step } from '../../../control-plane/src/core/expand-playbook.ts';
import { inventoryJsonSchema } from '../../../control-plane/src/core/inventory/json-schema.ts';
import { parseInventory } from '../../../control-plane/src/core/inventory/parse-inventory.ts';
import type { Inventory } from '../../../control-plane/src/core/inventory/schema.ts';
import { secretFlaw, secretNames } from '../../../control-plane/src/core/secret-rules.ts';
import type { Secrets } from '../../../control-plane/src/ports/secret-source.ts';
import { buildInventory, compactDocument } from '../../support/build-inventory.ts';
import { type Files, filesHost } from '../../support/hosted-files.ts';
import {
  anyText,
  freeValues,
  type TextValue,
  textAt,
  textValues,
  type ValuePath,
  valueAndText,
  withText,
} from '../../support/inventory-texts.ts';
import { printableText } from '../../support/printable-text.ts';
import { readStructure } from '../../support/read-structure.ts';
import { expandSite } from '../../support/render-site.ts';
import { secretsPlace } from '../../support/secrets-place.ts';

/** Runs take half a minute; a slow disk may make it many. */
const timeoutMs = 300_000;

test('every text of the schema is among the values', () => {
  const places = textPlaces(inventoryJsonSchema() as JsonSchema).filter((place) => !/initial(Primary|Master)$/.test(place));
  expect(places.sort()).toEqual([...new Set(textValues.map(({ path }) => placeOf(path)))].sort());
});

test('a value that takes free text takes every printable one', () => {
  const printable = 'a"b\'c$d`e`%h\\f {{ g }} {% h %} #i;j:k*é😀';
  for (const value of freeValues) expect(textAt(valid(value, printable), value.path)).toBe(printable);
});

test(
  'any text of the inventory is refused with its place, or a host has it where its programs read it, and nothing else differs',
  async () => {
    const host = await filesHost((name) => `secret-${name}`);
    const put = async (inventory: Inventory) => structureOf(await host.put(await stepsOfN1(inventory)));
    await fc.assert(
      fc.asyncProperty(valueAndText, async ([value, text]) => {
        const { ok, problems = [] } = parsed(value, text);
        if (!ok) return void expect(problems.every(({ code, at }) => code === 'NV_INVENTORY_INVALID' && (at?.line ?? 0) > 0)).toBe(true);
        expect(textAt(ok, value.path)).toBe(text);
        const { sample, stays = false, forms = (own: string) => [own] } = value;
        const before = await put(valid(value, sample));
        expect(forms(sample).some((form) => JSON.stringify(before).includes(form))).toBe(!stays);
        expect(await put(ok)).toEqual(replaced(before, forms(sample), forms(text)));
      }),
      { numRuns: 160, examples },
    );
  },
  timeoutMs,
);

test(
  'any text given as a password is refused by its name, or a host has it where its programs read it, and nothing else differs',
  async () => {
    const { settings } = await secretsPlace();
    const secretsWith = (name: string, text: string) =>
      createSecretSource({ ...settings, environment: { [environmentName(name)]: text } }).load(false);
    let secrets = await createSecretSource(settings).load(false);
    const host = await filesHost((name) => secrets(name));
    const steps = await stepsOfN1(buildInventory({ agent: { controlUrl: 'http://control:1' } }));
    const put = async (given: Secrets) => {
      secrets = given;
      return structureOf(await host.put(steps));
    };
    await fc.assert(
      fc.asyncProperty(passwordName, fc.oneof(anyText, printableText, fc.stringMatching(/^[a-z]{1,8}$/)), async (name, text) => {
        const refused = { code: 'NV_SECRET_INVALID', message: expect.stringContaining(environmentName(name)) };
        if (secretFlaw(name, text) !== null) return void (await expect(secretsWith(name, text)).rejects.toMatchObject(refused));
        const before = await put(await secretsWith(name, sampleSecret));
        expect(JSON.stringify(before)).toContain(sampleSecret);
        expect(await put(await secretsWith(name, text))).toEqual(replaced(before, [sampleSecret], [text]));
      }),
      { numRuns: 60 },
    );
  },
  timeoutMs,
);

/** Every sample, and for every plain name a word that stands for many where a file takes it for one. */
const examples = textValues.flatMap((value): [[TextValue, string]][] => [
  [[value, value.sample]],
  ...(value.path[0] === 'postgres' ? [[[value, 'all']] as [[TextValue, string]]] : []),
]);
const sampleSecret = 'zzsample';
const passwordName = fc.constantFrom(...secretNames.filter((name) => !name.startsWith('ca-')));

type JsonSchema = {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | false;
  readonly items?: JsonSchema;
};

/** Where the schema lets any text stand; `*` = under any key, or anywhere in a list. */
function textPlaces(schema: JsonSchema, path: readonly string[] = []): readonly string[] {
  const { type, anyOf = [], properties = {}, additionalProperties = false, items } = schema;
  if ((type === 'string' && !schema.enum) || anyOf.length > 0) return [path.join('.')];
  return [
    ...Object.entries(properties).flatMap(([key, inner]) => textPlaces(inner, [...path, key])),
    ...(additionalProperties ? textPlaces(additionalProperties, [...path, '*']) : []),
    ...(items ? textPlaces(items, [...path, '*']) : []),
  ];
}

function placeOf(path: ValuePath): string {
  return path.map((key) => (typeof key === 'number' || ['n1', 'some', 'A'].includes(key) ? '*' : key)).join('.');
}

function parsed(value: TextValue, text: string) {
  return parseInventory(readInventory(stringify(withText(compactDocument(), value.path, text)), 'i.yaml'));
}

function valid(value: TextValue, text: string): Inventory {
  const { ok, problems } = parsed(value, text);
  if (!ok) throw new Error(problems.map(({ message }) => message).join('; '));
  return ok;
}

async function stepsOfN1(inventory: Inventory): Promise<readonly Step[]> {
  return (await expandSite(buildSite(inventory))).get('n1') ?? [];
}

function structureOf(files: Files): unknown {
  return Object.fromEntries([...files].map(([path, text]) => [path, readStructure(path, text)]));
}

/** Every text within `value` with the forms of a value in place of the forms of another. */
function replaced(value: unknown, from: readonly string[], to: readonly string[]): unknown {
  if (typeof value === 'string') return from.reduce((text, form, i) => text.replaceAll(form, () => to[i] ?? ''), value);
  if (Array.isArray(value)) return value.map((item) => replaced(item, from, to));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item, from, to)]));
}
