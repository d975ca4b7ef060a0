import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { encipherText, newIdentityKey } from '../../../../control-plane/src/adapters/secrets/age-cipher.ts';
import { createSecretSource } from '../../../../control-plane/src/adapters/secrets/secret-source.ts';
import { decipher, encipher, keyOf, secretsPlace } from '../../../support/secrets-place.ts';

describe('a file of the user', () => {
  test('keeps its comments and values when the rest is generated', async () => {
    const where = await secretsPlace();
    await encipher(where, '# of the operator\nsudo-lab: 0123 # octal to some\nredis: yes\n');
    const secrets = await createSecretSource(where.settings).load(false);
    expect([secrets('sudo-lab'), secrets('redis')]).toEqual(['0123', 'yes']);
    expect(await decipher(where)).toMatch(/^# of the operator\nsudo-lab: 0123 # octal to some\nredis: yes\npostgres: "/);
  });

  test('for more recipients than we know is never rewritten', async () => {
    const where = await secretsPlace();
    await encipher(where, 'redis: one\n');
    const bytes = await encipherText('redis: one\n', [await keyOf(where.identity), (await newIdentityKey()).key]);
    await writeFile(where.file, bytes);
    await expect(createSecretSource(where.settings).load(false)).rejects.toMatchObject({ code: 'NV_SECRETS_IDENTITY' });
    expect(await readFile(where.file)).toEqual(Buffer.from(bytes));
  });

  test.each([
    ['a list', '- TOPSECRET\n'],
    ['a map as value', 'redis: {a: TOPSECRET}\n'],
    ['a name in capitals', 'Redis: TOPSECRET\n'],
    ['one name twice', 'redis: TOPSECRET\nredis: TOPSECRET\n'],
    ['text that is not YAML', 'redis: "TOPSECRET\n'],
    ['a line break in a password', 'redis: "TOPSECRET\\nx"\n'],
    ['an empty value', 'redis:\n'],
    ['a VRRP password of nine characters', 'vrrp: TOPSECRET\n'],
    ['half of a CA', 'ca-key: |\n  -----BEGIN PRIVATE KEY-----\n  TOPSECRET\n  -----END PRIVATE KEY-----\n'],
  ])('with %s is refused without its content', async (_, text) => {
    const where = await secretsPlace();
    await encipher(where, text);
    const error = await createSecretSource(where.settings)
      .load(false)
      .then(null, (thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'NV_SECRET_INVALID' });
    expect(JSON.stringify([error, (error as Error).message, (error as Error).stack])).not.toContain('TOPSECRET');
  });

  test.each([false, true])('that cannot be deciphered is refused and left as it is (cluster exists: %s)', async (exists) => {
    const where = await secretsPlace();
    await encipher(where, 'redis: one\n');
    await encipher(where, 'redis: two\n', (await newIdentityKey()).key);
    const before = await readFile(where.file);
    await expect(createSecretSource(where.settings).load(exists)).rejects.toMatchObject({ code: 'NV_SECRETS_MISSING' });
    expect(await readFile(where.file)).toEqual(before);
  });

  test.each([
    [false, 'NV_SECRETS_IDENTITY'],
    [true, 'NV_SECRETS_MISSING'],
  ])('without its identity is refused and no new identity is made (cluster exists: %s)', async (exists, code) => {
    const where = await secretsPlace();
    await encipher(where, 'redis: one\n');
    await rm(where.identity);
    await expect(createSecretSource(where.settings).load(exists)).rejects.toMatchObject({ code });
    await expect(stat(where.identity)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
