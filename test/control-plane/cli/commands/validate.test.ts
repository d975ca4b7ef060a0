import { join } from 'node:path';
import { expect, test } from 'vitest';
import { validateInventory } from '../../../../control-plane/src/cli/commands/validate.ts';

const cases = new URL('../../../cases/inventory/', import.meta.url).pathname;

const examplesDirectory = join(import.meta.dirname, '../../../../inventory');

test('a good inventory is ok, with its cluster and hosts', async () => {
  const file = join(examplesDirectory, 'compact.yaml');
  expect(await validateInventory(file)).toEqual({
    file,
    ok: true,
    cluster: 'netvis-pro',
    hosts: ['node1', 'node2', 'node3'],
    problems: [],
    exitCode: 0,
  });
});

test('an inventory with warnings only is ok', async () => {
  const validation = await validateInventory(join(cases, 'topology-vips-absent.yaml'));
  expect(validation).toMatchObject({ ok: true, exitCode: 0, problems: [{ severity: 'warning' }, { severity: 'warning' }] });
});

test.each([
  ['topology-vips-equal.yaml', 'NV_TOPOLOGY'],
  ['schema-ssh-unknown-key.yaml', 'NV_INVENTORY_INVALID'],
  ['syntax-tab.yaml', 'NV_INVENTORY_SYNTAX'],
  ['no-such-file.yaml', 'NV_INVENTORY_MISSING'],
])('%s is not ok: %s, exit code 3', async (file, code) => {
  expect(await validateInventory(join(cases, file))).toMatchObject({
    ok: false,
    cluster: null,
    hosts: [],
    exitCode: 3,
    problems: [{ code }],
  });
});
