import { stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { initSecrets, showSecret } from '../../../../control-plane/src/cli/commands/secrets.ts';
import { secretNames } from '../../../../control-plane/src/core/secret-rules.ts';
import { encipher, secretsPlace } from '../../../support/secrets-place.ts';

test('init makes all secrets once and says which', async () => {
  const { settings, identity } = await secretsPlace();
  const first = await initSecrets(settings, false);
  expect(first).toEqual({ file: settings.file, identity, created: expect.arrayContaining([...secretNames]) });
  expect((await initSecrets(settings, false)).created).toEqual([]);
});

test('init for a cluster that exists makes nothing', async () => {
  const { settings, identity } = await secretsPlace();
  await expect(initSecrets(settings, true)).rejects.toMatchObject({ code: 'NV_SECRETS_MISSING' });
  await expect(stat(identity)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('show gives the bare value, of a file that lacks others too', async () => {
  const place = await secretsPlace();
  await encipher(place, 'sudo-lab: "a b"\n');
  expect(await showSecret(place.settings, 'sudo-lab')).toBe('a b');
});

test('show of what is not there says how to give it and generates nothing', async () => {
  const { settings, file } = await secretsPlace();
  await expect(showSecret(settings, 'postgres')).rejects.toMatchObject({
    code: 'NV_SECRET_UNKNOWN',
    hint: expect.stringContaining('NETVIS_SECRET_POSTGRES'),
  });
  await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
});
