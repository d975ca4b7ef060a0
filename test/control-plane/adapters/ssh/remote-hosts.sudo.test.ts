import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test, vi } from 'vitest';
import { raw } from '../../../../control-plane/src/core/remote-command.ts';
import { createLoginUser } from '../../../support/login-user.ts';
import { connectTo, lookupIn } from '../../../support/ssh-hosts.ts';
import { startSshd } from '../../../support/sshd.ts';

vi.setConfig({ testTimeout: 60_000 });

const timeoutMs = 20_000;
const withPassword = { method: 'sudo', passwordSecret: 'sudo-h1' } as const;

/** A host whose user has these sudoers rules; `given` is what the inventory's secret holds. */
async function hostFor({ sudoers, given, shell }: { sudoers: readonly string[]; given?: string; shell?: string }) {
  const [sshd, user] = await Promise.all([startSshd(), createLoginUser(sudoers, shell)]);
  execFileSync('chmod', ['711', sshd.directory]);
  const secrets = { 'sudo-h1': given ?? user.password };
  const become = given === '' ? ({ method: 'sudo' } as const) : withPassword;
  const host = connectTo(sshd, { ssh: { user: user.name, become }, lookup: lookupIn(secrets) });
  onTestFinished(() => host.close());
  return { host, user };
}

const identify = raw('id -un; cat; echo err >&2; exit 3');
const asRoot = { exitCode: 3, stdout: 'root\n', stderr: 'err\n' };

test('without a password sudo is asked for none', async () => {
  const { host } = await hostFor({ sudoers: ['USER ALL=(ALL) NOPASSWD: ALL'], given: '' });
  expect(await host.run(identify, { timeoutMs })).toEqual(asRoot);
});

test('with a password the lecture and the question stay out of the answer', async () => {
  const { host } = await hostFor({ sudoers: ['USER ALL=(ALL) ALL', 'Defaults:USER lecture=always'] });
  expect(await host.run(identify, { timeoutMs })).toEqual(asRoot);
});

test('a password that sudo does not ask for is not sent', async () => {
  const { host, user } = await hostFor({ sudoers: ['USER ALL=(ALL) NOPASSWD: ALL'] });
  const output = await host.run(raw('cat; cat /proc/*/cmdline 2>/dev/null | tr "\\0" " "; id -un'), { timeoutMs });
  expect(output).toMatchObject({ exitCode: 0, stderr: '' });
  expect(output.stdout).not.toContain(user.password);
});

test('a wrong password is said to be wrong', async () => {
  const { host } = await hostFor({ sudoers: ['USER ALL=(ALL) ALL'], given: 'not-this' });
  const error = { code: 'NV_SUDO', message: expect.stringMatching(/^h1: sudo does not accept the password: .*try again/) };
  await expect(host.run(identify, { timeoutMs })).rejects.toMatchObject(error);
});

test('a user who needs a password but has none given learns where to put it', async () => {
  const { host } = await hostFor({ sudoers: ['USER ALL=(ALL) ALL'], given: '' });
  const error = {
    code: 'NV_SUDO',
    message: expect.stringContaining('a password is required'),
    hint: expect.stringContaining('passwordSecret'),
  };
  await expect(host.run(identify, { timeoutMs })).rejects.toMatchObject(error);
});

test('a user who is not in the sudoers is told so in the words of sudo, without the password', async () => {
  const { host, user } = await hostFor({ sudoers: [] });
  const error = await host.run(identify, { timeoutMs }).catch((reason: Error) => reason);
  expect(error).toMatchObject({ code: 'NV_SUDO', message: expect.stringContaining('not in the sudoers') });
  expect(JSON.stringify(error)).not.toContain(user.password);
});

test('a sudo that insists on a terminal is reported', async () => {
  const { host } = await hostFor({ sudoers: ['USER ALL=(ALL) NOPASSWD: ALL', 'Defaults:USER requiretty'], given: '' });
  await expect(host.run(identify, { timeoutMs })).rejects.toMatchObject({ code: 'NV_SUDO', message: expect.stringContaining('tty') });
});

test('a blob comes in by the user and ends as root, and what a broken upload of it left is gone', async () => {
  const { host, user } = await hostFor({ sudoers: ['USER ALL=(ALL) NOPASSWD: ALL'], given: '' });
  const localPath = import.meta.filename;
  const sha256 = execFileSync('sha256sum', [localPath], { encoding: 'utf8' }).slice(0, 64);
  const half = `/var/tmp/netvis-${sha256.slice(0, 12)}-${user.name}.part`;
  await host.run(raw(`install -o ${user.name} /dev/null ${half}`), { timeoutMs });
  await host.upload({ sha256, sizeBytes: readFileSync(localPath).length, localPath }, { timeoutMs });
  const look = raw(
    `stat -c '%U:%G %a' /var/lib/netvis/blobs/${sha256}; rm -f /var/lib/netvis/blobs/${sha256}; find /var/tmp -user ${user.name}`,
  );
  expect((await host.run(look, { timeoutMs })).stdout).toBe('root:root 600\n');
});

test('an account that may run no commands is reported with what it said', async () => {
  const { host } = await hostFor({ sudoers: [], given: '', shell: '/usr/sbin/nologin' });
  await expect(host.run(identify, { timeoutMs })).rejects.toMatchObject({
    code: 'NV_SUDO',
    message: expect.stringContaining('not available'),
  });
});
