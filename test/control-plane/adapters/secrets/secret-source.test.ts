import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSecretSource, readSecrets, secretsPath } from '../../../../control-plane/src/adapters/secrets/secret-source.ts';
import { secretSourceContract } from '../../../contracts/secret-source.contract.ts';
import { fakeSecretSource } from '../../../support/fake-secret-source.ts';
import { decipher, encipher, keyOf, modeOf, secretsPlace } from '../../../support/secrets-place.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

describe('the age file', () => {
  secretSourceContract(async () => {
    const where = await secretsPlace();
    return {
      open: () => createSecretSource(where.settings),
      lose: () => rm(where.file),
      drop: async (name) => {
        const text = await decipher(where);
        await encipher(where, text.replace(new RegExp(`^${name}: .*\n`, 'm'), ''), await keyOf(where.identity));
      },
    };
  });
});

describe('the fake', () => {
  secretSourceContract(async () => {
    const file: { values: Record<string, string> | null } = { values: null };
    return {
      open: () => fakeSecretSource(file),
      lose: async () => {
        file.values = null;
      },
      drop: async (name) => {
        delete file.values?.[name];
      },
    };
  });
});

describe('what is generated', () => {
  test('passwords are 32 letters and digits, the VRRP one 8, and no two clusters share one', async () => {
    const [one, two] = await Promise.all(
      [secretsPlace(), secretsPlace()].map(async (where) => createSecretSource((await where).settings).load(false)),
    );
    for (const name of ['postgres', 'postgres-replication', 'redis', 'jwt', 'agent-token']) {
      expect(one?.(name)).toMatch(/^[A-Za-z0-9]{32}$/);
      expect(one?.(name)).not.toBe(two?.(name));
    }
    expect(one?.('vrrp')).toMatch(/^[A-Za-z0-9]{8}$/);
  });

  test('the CA is a self-signed authority for ten years', async () => {
    const secrets = await createSecretSource((await secretsPlace()).settings).load(false);
    const certificate = new X509Certificate(secrets('ca-cert'));
    expect(certificate.ca).toBe(true);
    expect(certificate.subject).toBe('CN=lab NetVis CA');
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.validToDate.getUTCFullYear()).toBe(2036);
  });

  test('file and identity are for their owner alone and no temporary file stays', async () => {
    const where = await secretsPlace();
    await createSecretSource(where.settings).load(false);
    expect(await modeOf(where.file)).toBe(0o600);
    expect(await modeOf(where.identity)).toBe(0o600);
    expect(await modeOf(join(where.identity, '..'))).toBe(0o700);
    expect(await readdir(join(where.file, '..'))).toEqual(['lab.secrets.age']);
    expect(await readFile(where.file, 'latin1')).not.toContain('postgres');
  });

  test('many loads at once agree on one set of secrets', async () => {
    const where = await secretsPlace();
    const all = await Promise.all(Array.from({ length: 6 }, () => createSecretSource(where.settings).load(false)));
    expect(new Set(all.map((secrets) => secrets('postgres') + secrets('ca-cert'))).size).toBe(1);
    expect(await decipher(where)).toContain(all[0]?.('postgres'));
  });

  test('the age program opens our file and we open its file', async () => {
    const where = await secretsPlace();
    const secrets = await createSecretSource(where.settings).load(false);
    const text = execFileSync('age', ['-d', '-i', where.identity, where.file], { encoding: 'utf8' });
    expect(text).toContain(`postgres: "${secrets('postgres')}"`);
    execFileSync('age', ['-e', '-a', '-i', where.identity, '-o', where.file], { input: `${text}sudo-lab: o'"x\n` });
    expect((await createSecretSource(where.settings).load(true))('sudo-lab')).toBe(`o'"x`);
  });
});

test('an unknown secret is named with the variable that would give it', async () => {
  const secrets = await createSecretSource((await secretsPlace()).settings).load(false);
  expect(() => secrets('sudo-lab')).toThrowError(expect.objectContaining({ hint: expect.stringContaining('NETVIS_SECRET_SUDO_LAB') }));
});

test('reading to show one secret needs not all of them', async () => {
  const where = await secretsPlace();
  await encipher(where, 'sudo-lab: one\n');
  expect((await readSecrets(where.settings))('sudo-lab')).toBe('one');
});

test('the secrets file stands beside the inventory under its name, or where the inventory says', async () => {
  const directory = await temporaryDirectory();
  expect(secretsPath(join(directory, 'lab.yaml'), undefined)).toBe(join(directory, 'lab.secrets.age'));
  expect(secretsPath(join(directory, 'lab.yaml'), '../x.age')).toBe(join(directory, '../x.age'));
  await writeFile(join(directory, 'lab.yaml.secrets.age'), '');
  expect(secretsPath(join(directory, 'lab.yaml'), undefined)).toBe(join(directory, 'lab.yaml.secrets.age'));
});
