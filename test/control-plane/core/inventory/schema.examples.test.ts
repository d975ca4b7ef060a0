import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadSite } from '../../../../control-plane/src/adapters/yaml/load-site.ts';
import { inventoryJsonSchema } from '../../../../control-plane/src/core/inventory/json-schema.ts';
import { starterFiles } from '../../../../control-plane/src/core/inventory/starter.ts';
import { ruleTable } from '../../../../control-plane/src/core/inventory/topology-lint.ts';
import { buildInventory } from '../../../support/build-inventory.ts';

const inventories = new URL('../../../../inventory/', import.meta.url);

test.each([
  ['lab', 13],
  ['lab-compact', 3],
  ['full', 13],
  ['compact', 3],
])('%s.yaml has %i hosts and nothing wrong with it', async (name, hosts) => {
  const { site, warnings } = await loadSite(new URL(`${name}.yaml`, inventories).pathname);
  expect(warnings).toEqual([]);
  expect(site.hosts).toHaveLength(hosts);
});

test('full.yaml names every setting there is', () => {
  const text = read('full.yaml');
  const untold = settingNames(inventoryJsonSchema()).filter((setting) => !new RegExp(`\\b${setting}:`).test(text));
  expect(untold).toEqual([]);
});

test('what full.yaml shows as defaults are the defaults', async () => {
  const { inventory } = await loadSite(new URL('full.yaml', inventories).pathname);
  const defaults = buildInventory();
  for (const section of ['postgres', 'redis', 'etcd', 'nginx', 'agent', 'packages', 'preset'] as const) {
    expect(inventory[section]).toEqual(defaults[section]);
  }
});

test('compact.yaml fits on one screen', () => {
  expect(read('compact.yaml').split('\n').length).toBeLessThanOrEqual(24);
});

test('the JSON Schema for editors is current (node scripts/generate-schema.ts renews it)', () => {
  expect(JSON.parse(read('inventory.schema.json'))).toEqual(JSON.parse(JSON.stringify(inventoryJsonSchema())));
});

test('every example names the schema for editors, and starters bring it along', () => {
  const examples = ['lab', 'lab-compact', 'full', 'compact'].map((name) => read(`${name}.yaml`).split('\n')[0]);
  expect(new Set(examples)).toEqual(new Set(['# yaml-language-server: $schema=./inventory.schema.json']));
  expect(starterFiles('full').map(({ target }) => target)).toEqual(['inventory.yaml', 'inventory.schema.json']);
});

test('the rules of the topology read as a table', async () => {
  await expect(ruleTable()).toMatchFileSnapshot('../../../golden/topology-rules.txt');
});

/** Names of all properties of a JSON Schema, at any depth. */
function settingNames(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {}, ...rest } = schema as { properties?: object };
  return [...Object.keys(properties), ...Object.values({ ...properties, ...rest }).flatMap(settingNames)];
}

function read(file: string): string {
  return readFileSync(new URL(file, inventories), 'utf8');
}
