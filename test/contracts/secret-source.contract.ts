import { expect, test } from 'vitest';
import { secretNames } from '../../control-plane/src/core/secret-rules.ts';
import type { SecretSource } from '../../control-plane/src/ports/secret-source.ts';

/** `open` gives a further source over the same stored secrets; `lose` takes them away; `drop` takes one name out of them. */
export type SecretStoreUnderTest = { open(): SecretSource; lose(): Promise<void>; drop(name: string): Promise<void> };

/** What every secret source must do. */
export function secretSourceContract(setUp: () => Promise<SecretStoreUnderTest>): void {
  test('a new cluster gets every secret', async () => {
    const secrets = await (await setUp()).open().load(false);
    for (const name of secretNames) expect(secrets(name)).not.toBe('');
    expect([...secrets.names].sort()).toEqual([...secretNames].sort());
  });

  test('a later load gives the same values, whether the cluster exists or not', async () => {
    const store = await setUp();
    const first = await store.open().load(false);
    for (const exists of [false, true]) {
      const again = await store.open().load(exists);
      expect(secretNames.map(again)).toEqual(secretNames.map(first));
    }
  });

  test('an existing cluster without its secrets is refused and nothing is generated', async () => {
    const store = await setUp();
    await store.open().load(false);
    await store.lose();
    await expect(store.open().load(true)).rejects.toMatchObject({ code: 'NV_SECRETS_MISSING' });
    await expect(store.open().load(true)).rejects.toMatchObject({ code: 'NV_SECRETS_MISSING' });
  });

  test('an existing cluster that lacks one secret is refused by the name of it', async () => {
    const store = await setUp();
    await store.open().load(false);
    await store.drop('jwt');
    await expect(store.open().load(true)).rejects.toMatchObject({ code: 'NV_SECRETS_MISSING', message: expect.stringContaining('jwt') });
  });

  test('a secret that may come later is added to an existing cluster and stays', async () => {
    const store = await setUp();
    const first = await store.open().load(false);
    await store.drop('agent-token');
    const second = await store.open().load(true);
    expect(second('postgres')).toBe(first('postgres'));
    expect((await store.open().load(true))('agent-token')).toBe(second('agent-token'));
  });

  test('an unknown name is an error of its own, even one that objects have', async () => {
    const secrets = await (await setUp()).open().load(false);
    expect(() => secrets('sudo-lab')).toThrowError(expect.objectContaining({ code: 'NV_SECRET_UNKNOWN' }));
    expect(() => secrets('constructor')).toThrowError(expect.objectContaining({ code: 'NV_SECRET_UNKNOWN' }));
  });
}
