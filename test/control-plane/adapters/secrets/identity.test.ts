import { chmod, mkdir, readdir, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newIdentityKey } from '../../../../control-plane/src/adapters/secrets/age-cipher.ts';
import { createSecretSource } from '../../../../control-plane/src/adapters/secrets/secret-source.ts';
import { encipher, modeOf, secretsPlace } from '../../../support/secrets-place.ts';

describe('the identity', () => {
  test.each([0o644, 0o640, 0o604, 0o620])('with mode %o is refused', async (bits) => {
    const where = await secretsPlace();
    await createSecretSource(where.settings).load(false);
    await chmod(where.identity, bits);
    await expect(createSecretSource(where.settings).load(true)).rejects.toMatchObject({ code: 'NV_SECRETS_IDENTITY' });
  });

  test('beside the secrets file is refused before it is made, through links too', async () => {
    const where = await secretsPlace();
    const beside = join(where.file, '..', 'identity.txt');
    await mkdir(join(where.file, '..'), { recursive: true });
    await symlink(join(where.file, '..'), join(where.file, '../../alias'));
    for (const path of [beside, join(where.file, '../../alias/identity.txt')]) {
      const settings = { ...where.settings, environment: { NETVIS_AGE_IDENTITY: path } };
      await expect(createSecretSource(settings).load(false)).rejects.toMatchObject({ code: 'NV_SECRETS_IDENTITY' });
    }
    expect(await readdir(join(where.file, '..'))).toEqual([]);
  });

  test('may be given as a key in the environment', async () => {
    const key = (await newIdentityKey()).key;
    const where = await secretsPlace({ NETVIS_AGE_IDENTITY: key });
    const first = await createSecretSource(where.settings).load(false);
    expect((await createSecretSource(where.settings).load(true))('jwt')).toBe(first('jwt'));
    await expect(stat(where.identity)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('may be given as a path under the home directory', async () => {
    const where = await secretsPlace({ NETVIS_AGE_IDENTITY: '~/keys/netvis' });
    await createSecretSource(where.settings).load(false);
    expect(await modeOf(join(where.home, 'keys/netvis'))).toBe(0o600);
  });

  test('that is no age key is refused', async () => {
    const where = await secretsPlace({ NETVIS_AGE_IDENTITY: 'AGE-SECRET-KEY-nonsense' });
    await encipher(where, 'redis: one\n');
    await expect(createSecretSource(where.settings).load(false)).rejects.toMatchObject({ code: 'NV_SECRETS_IDENTITY' });
  });
});
