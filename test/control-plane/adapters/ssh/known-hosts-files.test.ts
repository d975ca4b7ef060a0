import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { knownHostLine } from '../../../../control-plane/src/adapters/ssh/known-hosts.ts';
import { createKnownHostsFiles } from '../../../../control-plane/src/adapters/ssh/known-hosts-files.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

const key = Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from('ssh-ed25519'), Buffer.alloc(36)]);

test('files are read once as long as none of them changes, whoever asks', async () => {
  const directory = await temporaryDirectory();
  const files = [join(directory, 'absent'), join(directory, 'known_hosts')];
  await writeFile(files[1] as string, knownHostLine('a', key));
  const known = createKnownHostsFiles();
  const first = await Promise.all([known.read(files), known.read(files)]);
  expect(first[0]).toBe(first[1]);
  expect(first[0]?.of('b')).toEqual([]);
  await appendFile(files[1] as string, knownHostLine('b', key));
  const second = await known.read(files);
  expect([second.of('a'), second.of('b')]).toMatchObject([[{ keyType: 'ssh-ed25519' }], [{ keyType: 'ssh-ed25519' }]]);
  await writeFile(files[0] as string, knownHostLine('c', key));
  expect((await known.read(files)).of('c')).toHaveLength(1);
});

test('a file that cannot be read is an error that names it', async () => {
  const folder = join(await temporaryDirectory(), 'folder');
  await mkdir(folder);
  const error = { code: 'NV_SSH_HOST_KEY', message: expect.stringContaining(folder) };
  await expect(createKnownHostsFiles().read([folder])).rejects.toMatchObject(error);
});
