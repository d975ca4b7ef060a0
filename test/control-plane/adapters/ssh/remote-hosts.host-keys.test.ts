import { execFileSync } from 'node:child_process';
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { RemoteHostsOptions } from '../../../../control-plane/src/adapters/ssh/remote-hosts.ts';
import { argv } from '../../../../control-plane/src/core/remote-command.ts';
import { connectTo } from '../../../support/ssh-hosts.ts';
import { publicKey, type Sshd, startSshd } from '../../../support/sshd.ts';

vi.setConfig({ testTimeout: 60_000 });

const knownHosts = (sshd: Sshd) => join(sshd.directory, 'known_hosts');
const nameOf = (sshd: Sshd) => `[127.0.0.1]:${sshd.port}`;
const hello = (sshd: Sshd, options: Partial<RemoteHostsOptions> = {}) =>
  connectTo(sshd, options)
    .run(argv('echo', 'hello'), { timeoutMs: 10_000 })
    .then(({ stdout }) => stdout);

test('an unknown key is refused with its fingerprint and what to do', async () => {
  const sshd = await startSshd();
  await rm(knownHosts(sshd));
  await expect(hello(sshd)).rejects.toMatchObject({
    code: 'NV_SSH_HOST_KEY',
    message: expect.stringMatching(/is not in .*known_hosts: ssh-ed25519 SHA256:[A-Za-z0-9+/]{43}$/),
    hint: expect.stringContaining('--accept-new-host-keys'),
  });
});

test('an unknown key that is accepted is pinned once, after a line without its end', async () => {
  const sshd = await startSshd();
  await writeFile(knownHosts(sshd), '# mine');
  expect(await hello(sshd, { acceptNewHostKeys: true })).toBe('hello\n');
  expect(await hello(sshd, { acceptNewHostKeys: true })).toBe('hello\n');
  expect(await hello(sshd)).toBe('hello\n');
  expect(await readFile(knownHosts(sshd), 'utf8')).toBe(
    `# mine\n${nameOf(sshd)} ${await publicKey(join(sshd.directory, 'host_ed25519'))}\n`,
  );
});

test('who is asked about an unknown key decides', async () => {
  const sshd = await startSshd();
  await rm(knownHosts(sshd));
  const asked: unknown[] = [];
  const answering = (answer: boolean) => ({ onUnknownKey: (key: unknown) => asked.push(key) > 0 && answer });
  await expect(hello(sshd, answering(false))).rejects.toMatchObject({ code: 'NV_SSH_HOST_KEY' });
  expect(await hello(sshd, answering(true))).toBe('hello\n');
  expect(await hello(sshd, answering(false))).toBe('hello\n');
  const key = { host: nameOf(sshd), keyType: 'ssh-ed25519', fingerprint: expect.stringMatching(/^SHA256:/) };
  expect(asked).toEqual([key, key]);
});

test('a changed key is refused in other words, accepted or not, and nobody is asked to accept it', async () => {
  const [sshd, stranger] = [await startSshd(), await startSshd()];
  await writeFile(knownHosts(sshd), `${nameOf(sshd)} ${await publicKey(join(stranger.directory, 'host_ed25519'))}\n`);
  const [known, shown] = [stranger, sshd].map(({ directory }) => fingerprintOf(join(directory, 'host_ed25519.pub')));
  for (const acceptNewHostKeys of [false, true])
    await expect(hello(sshd, { acceptNewHostKeys, onUnknownKey: () => true })).rejects.toMatchObject({
      code: 'NV_SSH_HOST_KEY',
      message: `h1: ${nameOf(sshd)} shows another host key than ssh-ed25519 ${known} in ${knownHosts(sshd)}: ssh-ed25519 ${shown}`,
      hint: expect.stringContaining('ssh-keygen -R'),
    });
});

test('a revoked key is refused', async () => {
  const sshd = await startSshd();
  await appendFile(knownHosts(sshd), `@revoked * ${await publicKey(join(sshd.directory, 'host_ed25519'))}\n`);
  await expect(hello(sshd)).rejects.toMatchObject({ code: 'NV_SSH_HOST_KEY', message: expect.stringContaining('revokes') });
});

test('a certificate authority is said not to be supported', async () => {
  const sshd = await startSshd();
  await writeFile(knownHosts(sshd), `@cert-authority * ${await publicKey(join(sshd.directory, 'host_ed25519'))}\n`);
  await expect(hello(sshd)).rejects.toMatchObject({ code: 'NV_SSH_HOST_KEY', hint: expect.stringContaining('not supported') });
});

test.each(['ed25519', 'ecdsa', 'rsa'] as const)('of several keys the server shows the known %s one', async (known) => {
  const sshd = await startSshd({ hostKeyTypes: ['rsa', 'ecdsa', 'ed25519'] });
  await writeFile(knownHosts(sshd), `${nameOf(sshd)} ${await publicKey(join(sshd.directory, `host_${known}`))}\n`);
  expect(await hello(sshd)).toBe('hello\n');
});

test('a server that has another type of key than the known one is refused, accepted or not', async () => {
  const [sshd, stranger] = [await startSshd(), await startSshd({ hostKeyTypes: ['ecdsa'] })];
  await writeFile(knownHosts(sshd), `${nameOf(sshd)} ${await publicKey(join(stranger.directory, 'host_ecdsa'))}\n`);
  await expect(hello(sshd, { acceptNewHostKeys: true })).rejects.toMatchObject({ code: 'NV_SSH_HOST_KEY' });
});

/** The fingerprint as OpenSSH prints it. */
function fingerprintOf(publicKeyFile: string): string {
  return execFileSync('ssh-keygen', ['-lf', publicKeyFile], { encoding: 'utf8' }).split(' ')[1] ?? '';
}
