import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSshConfig } from '../../../../control-plane/src/adapters/ssh/ssh-config-file.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

async function lookup(name: string, config: string, others: Readonly<Record<string, string>> = {}) {
  const directory = join(await temporaryDirectory(), '.ssh');
  await mkdir(join(directory, 'config.d'), { recursive: true });
  for (const [path, text] of Object.entries({ config, ...others })) await writeFile(join(directory, path), text);
  return (await readSshConfig(join(directory, 'config')))(name);
}

test('a missing file says nothing', async () => {
  expect((await readSshConfig('/nonexistent/config'))('h1')).toEqual({ identityFiles: [] });
});

test('the first value counts, keys add up, and names match whatever the case of the keywords', async () => {
  const config =
    'host pg1 pg2\n  user deploy\n  identityfile ~/a\nHost !pg1 *\n  User other\nHost pg*\n  PORT=2200\n  User late\n  IdentityFile "/b c"\n';
  expect(await lookup('pg1', config)).toEqual({ user: 'deploy', port: 2200, identityFiles: ['~/a', '/b c'] });
  expect(await lookup('lb1', config)).toEqual({ user: 'other', identityFiles: [] });
});

test('way, address and several known_hosts files are read', async () => {
  const config = 'Host pg1\n HostName 10.0.0.1\n ProxyJump a,b\n UserKnownHostsFile ~/one "/two"\n';
  expect(await lookup('pg1', config)).toEqual({
    hostName: '10.0.0.1',
    proxyJump: 'a,b',
    knownHosts: ['~/one', '/two'],
    identityFiles: [],
  });
});

test('included files stand where they are included, in the order of their names', async () => {
  const others = {
    'config.d/2': 'Host pg1\n User two\n Port 2\n',
    'config.d/1': 'Host pg1\n User one\n',
    more: 'Include config\nHost pg1\n Port 9\n',
  };
  expect(await lookup('pg1', 'Include config.d/* more\nHost pg1\n User last\n', others)).toMatchObject({ user: 'one', port: 2 });
});

test('reading runs no program', async () => {
  expect(await lookup('pg1', 'Match exec true\n  User other\n')).toEqual({ identityFiles: [] });
});
