import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requestOf } from '../../../../control-plane/src/cli/commands/run.ts';

const inventory = join(import.meta.dirname, '../../../../inventory/compact.yaml');
const options = { forks: '20', maxFail: '0', waitLock: '0' };

describe('requestOf', () => {
  it('reads the inventory and turns options into a request', async () => {
    expect(await requestOf('apply', inventory, { ...options, waitLock: '2', limit: 'pg*', tags: 'nginx, redis' })).toMatchObject({
      mode: 'apply',
      inventoryPath: inventory,
      inventoryText: expect.stringContaining('cluster:'),
      forks: 20,
      maxFail: 0,
      waitLockMs: 2000,
      limit: 'pg*',
      tags: ['nginx', 'redis'],
    });
  });

  it('makes a plan of an apply that only checks', async () => {
    expect(await requestOf('apply', inventory, { ...options, check: true })).toMatchObject({ mode: 'plan' });
  });

  it('asks for diffs only where they are wanted', async () => {
    expect(await requestOf('plan', inventory, { ...options, diff: true })).toMatchObject({ diff: true });
    expect(await requestOf('plan', inventory, { ...options, diff: false })).not.toHaveProperty('diff');
  });

  it('takes a number of hosts or a share of them for --serial', async () => {
    expect(await requestOf('apply', inventory, { ...options, serial: '30%' })).toMatchObject({ serial: '30%' });
    expect(await requestOf('apply', inventory, options)).not.toHaveProperty('serial');
  });

  it.each([{ serial: '0' }, { serial: '120%' }, { forks: 'x' }, { forks: '0' }, { maxFail: '-1' }, { waitLock: '1.5' }])(
    'refuses %o',
    async (wrong) => {
      await expect(requestOf('apply', inventory, { ...options, ...wrong })).rejects.toMatchObject({ code: 'NV_USAGE' });
    },
  );

  it('says when there is no such file', async () => {
    await expect(requestOf('plan', '/nowhere/inventory.yaml', options)).rejects.toMatchObject({ code: 'NV_INVENTORY_MISSING' });
  });
});
