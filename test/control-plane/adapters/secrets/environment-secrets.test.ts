import { stat } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { createSecretSource } from '../../../../control-plane/src/adapters/secrets/secret-source.ts';
import { decipher, secretsPlace } from '../../../support/secrets-place.ts';

describe('the environment', () => {
  test('comes before the file and is not written into it', async () => {
    const where = await secretsPlace({ NETVIS_SECRET_POSTGRES_REPLICATION: 'from environment', NETVIS_SECRET_SUDO_LAB: 'x' });
    const secrets = await createSecretSource(where.settings).load(false);
    expect([secrets('postgres-replication'), secrets('sudo-lab')]).toEqual(['from environment', 'x']);
    expect(await decipher(where)).not.toMatch(/from environment|sudo-lab/);
  });

  test('alone is enough, for an existing cluster too, and no file is made', async () => {
    const generated = await createSecretSource((await secretsPlace()).settings).load(false);
    const environment = Object.fromEntries(
      generated.names.map((name) => [`NETVIS_SECRET_${name.toUpperCase().replaceAll('-', '_')}`, generated(name)]),
    );
    const where = await secretsPlace(environment);
    expect((await createSecretSource(where.settings).load(true))('ca-key')).toBe(generated('ca-key'));
    await expect(stat(where.file)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('with a hostile value is refused by the name of the variable', async () => {
    for (const value of ['', 'a\nb', 'a\u0001b', ' a', 'x'.repeat(513)]) {
      const where = await secretsPlace({ NETVIS_SECRET_REDIS: value });
      const load = createSecretSource(where.settings).load(false);
      await expect(load).rejects.toMatchObject({ code: 'NV_SECRET_INVALID', message: expect.stringContaining('NETVIS_SECRET_REDIS') });
      await expect(stat(where.file)).rejects.toMatchObject({ code: 'ENOENT' });
    }
  });

  test('with a CA key that is not the CA certificate’s is refused', async () => {
    const other = await createSecretSource((await secretsPlace()).settings).load(false);
    const where = await secretsPlace();
    await createSecretSource(where.settings).load(false);
    const settings = { ...where.settings, environment: { NETVIS_SECRET_CA_KEY: other('ca-key') } };
    await expect(createSecretSource(settings).load(true)).rejects.toMatchObject({ code: 'NV_SECRET_INVALID' });
  });
});
