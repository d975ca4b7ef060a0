import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { argv, raw } from '../../../../control-plane/src/core/remote-command.ts';
import type { RemoteHost } from '../../../../control-plane/src/ports/remote-host.ts';
import { connectTo, lookupIn } from '../../../support/ssh-hosts.ts';
import { generateKey, publicKey, type Sshd, startSshd } from '../../../support/sshd.ts';

vi.setConfig({ testTimeout: 60_000 });

const timeoutMs = 10_000;
const hello = (host: RemoteHost) => host.run(argv('echo', 'hello'), { timeoutMs });
const answer = { exitCode: 0, stdout: 'hello\n', stderr: '' };

describe('keys', () => {
  test('a key the host does not know is refused with what was tried', async () => {
    const sshd = await startSshd();
    generateKey(join(sshd.directory, 'other'), 'ed25519');
    await expect(hello(connectTo(sshd, { ssh: { key: 'other' } }))).rejects.toMatchObject({
      code: 'NV_SSH_AUTH',
      message: `h1: root@127.0.0.1:${sshd.port} refused the login: tried ${sshd.directory}/other`,
      hint: expect.stringContaining('authorized_keys'),
    });
  });

  test('a key file that is not there is named', async () => {
    const sshd = await startSshd();
    const error = { code: 'NV_SSH_AUTH', message: expect.stringContaining(`${sshd.directory}/absent: ENOENT`) };
    await expect(hello(connectTo(sshd, { ssh: { key: 'absent' } }))).rejects.toMatchObject(error);
  });

  test('without any key the user learns where to name one', async () => {
    const sshd = await startSshd();
    const host = sshd.host();
    const { key, ...ssh } = host.ssh;
    const error = { code: 'NV_SSH_AUTH', message: expect.stringContaining('no key to try'), hint: expect.stringContaining('ssh.key') };
    await expect(hello(connectTo(sshd, { hosts: [{ ...host, ssh }] }))).rejects.toMatchObject(error);
  });

  test.each(['rsa', 'ecdsa', 'ed25519'])('an encrypted %s key is opened by its passphrase', async (type) => {
    const sshd = await startSshd();
    await authorize(sshd, 'locked', { type, passphrase: 'open it' });
    const lookup = lookupIn({ 'ssh-passphrase': 'open it' });
    expect(await hello(connectTo(sshd, { ssh: { key: 'locked' }, lookup }))).toEqual(answer);
  });

  test('an encrypted key without its passphrase is an error that says how to give one', async () => {
    const sshd = await startSshd();
    await authorize(sshd, 'locked', { passphrase: 'open it' });
    const error = { code: 'NV_SSH_AUTH', hint: expect.stringContaining('NETVIS_SECRET_SSH_PASSPHRASE') };
    const absent = expect.stringContaining('passphrase is not known');
    await expect(hello(connectTo(sshd, { ssh: { key: 'locked' } }))).rejects.toMatchObject({ ...error, message: absent });
    const wrong = { ssh: { key: 'locked' }, lookup: lookupIn({ 'ssh-passphrase': 'not this' }) };
    await expect(hello(connectTo(sshd, wrong))).rejects.toMatchObject({ ...error, message: expect.stringContaining('does not open it') });
  });
});

describe('the ssh-agent', () => {
  test('logs in with what it holds, also where the named key is encrypted', async () => {
    const sshd = await startSshd();
    await authorize(sshd, 'locked', { passphrase: 'open it' });
    const agentSocket = await startAgent(sshd, 'user');
    const environment = { home: join(sshd.directory, 'home'), agentSocket };
    expect(await hello(connectTo(sshd, { ssh: { key: 'locked', agent: true }, environment }))).toEqual(answer);
  });

  test('does not matter when it is dead and a key works', async () => {
    const sshd = await startSshd();
    const environment = { home: join(sshd.directory, 'home'), agentSocket: '/nonexistent/agent' };
    expect(await hello(connectTo(sshd, { ssh: { agent: true }, environment }))).toEqual(answer);
    generateKey(join(sshd.directory, 'other'), 'ed25519');
    const error = { code: 'NV_SSH_AUTH', message: expect.stringContaining('nothing answers at /nonexistent/agent') };
    await expect(hello(connectTo(sshd, { ssh: { agent: true, key: 'other' }, environment }))).rejects.toMatchObject(error);
  });
});

describe('what the account does at login', () => {
  test('a banner, a start-up file that prints and changes directory, and a short PATH do not matter', async () => {
    const sshd = await startSshd({ config: ['Banner /etc/hostname'] });
    const noise = 'echo noise; echo noise >&2; printf unended; cd /tmp; umask 077; export PATH=/usr/bin LC_ALL=C';
    await writeFile(join(sshd.directory, 'home', '.bashrc'), noise);
    const look = raw('pwd; umask; printf %s "$PATH" | tr : "\\n" | grep -c sbin; printf %s "$LC_ALL"');
    expect(await connectTo(sshd).run(look, { timeoutMs })).toEqual({ exitCode: 0, stdout: '/\n0022\n3\nC.UTF-8', stderr: '' });
  });

  test('a forced command instead of ours is an error with what it said', async () => {
    const sshd = await startSshd({ config: ['ForceCommand echo only this'] });
    const error = { code: 'NV_SSH_AUTH', message: expect.stringContaining('not run commands: only this') };
    await expect(hello(connectTo(sshd))).rejects.toMatchObject(error);
  });
});

describe('limits of sshd', () => {
  test('one session at a time makes the commands wait for each other', async () => {
    const sshd = await startSshd({ config: ['MaxSessions 1'] });
    const host = connectTo(sshd);
    const outputs = await Promise.all(Array.from({ length: 12 }, (_, i) => host.run(argv('echo', `${i}`), { timeoutMs })));
    expect(outputs.map(({ stdout }) => Number(stdout))).toEqual(Array.from({ length: 12 }, (_, i) => i));
  });

  test('no session at all is an error that names the setting', async () => {
    const sshd = await startSshd({ config: ['MaxSessions 0'] });
    await expect(hello(connectTo(sshd))).rejects.toMatchObject({ code: 'NV_SSH_AUTH', hint: expect.stringContaining('MaxSessions') });
  });

  test('a host that hangs up on too many logins at once is asked again', async () => {
    const sshd = await startSshd({ config: ['MaxStartups 1'] });
    const outputs = await Promise.all(Array.from({ length: 6 }, () => hello(connectTo(sshd))));
    expect(outputs).toEqual(Array.from({ length: 6 }, () => answer));
  });

  test('a host that hangs up on every login is asked six times and no more', async () => {
    let asked = 0;
    const closing = createServer((socket) => {
      asked += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(closing, 'listening');
    onTestFinished(() => void closing.close());
    const { port } = closing.address() as { port: number };
    await expect(hello(connectTo(await startSshd(), { ssh: { port } }))).rejects.toMatchObject({ code: 'NV_SSH_UNREACHABLE' });
    expect(asked).toBe(6);
  });

  test('no SFTP is an upload error', async () => {
    const sshd = await startSshd({ sftp: false });
    const blob = { sha256: 'cd'.repeat(32), sizeBytes: 1, localPath: import.meta.filename };
    await expect(connectTo(sshd).upload(blob, { timeoutMs })).rejects.toMatchObject({ code: 'NV_UPLOAD' });
  });
});

describe('a host that cannot be reached', () => {
  test('where nothing listens', async () => {
    const sshd = await startSshd();
    await sshd.stop();
    const error = { code: 'NV_SSH_UNREACHABLE', message: expect.stringContaining('nothing listens there') };
    await expect(hello(connectTo(sshd))).rejects.toMatchObject(error);
  });

  test('where something else than sshd listens', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    const sshd = await startSshd();
    const { port } = silent.address() as { port: number };
    const error = { code: 'NV_SSH_UNREACHABLE', message: expect.stringContaining('no answer') };
    await expect(hello(connectTo(sshd, { ssh: { port }, readyTimeoutMs: 200 }))).rejects.toMatchObject(error);
  });

  test('can be reached later by the same object', async () => {
    const sshd = await startSshd();
    const secrets: Record<string, string> = {};
    await authorize(sshd, 'locked', { passphrase: 'open it' });
    const host = connectTo(sshd, { ssh: { key: 'locked' }, lookup: (name) => lookupIn(secrets)(name) });
    await expect(hello(host)).rejects.toMatchObject({ code: 'NV_SSH_AUTH' });
    secrets['ssh-passphrase'] = 'open it';
    expect(await hello(host)).toEqual(answer);
  });
});

test('IPv6 addresses work', async () => {
  expect(await hello(connectTo(await startSshd({ address: '::1' })))).toEqual(answer);
});

test('output beyond the limit ends the command with an error and the connection goes on', async () => {
  const host = connectTo(await startSshd());
  await expect(host.run(raw('yes | head -c 80000000'), { timeoutMs: 30_000 })).rejects.toMatchObject({ code: 'NV_SSH_OUTPUT' });
  expect(await hello(host)).toEqual(answer);
});

test('no secret and nothing of the script stands in a process list', async () => {
  const host = connectTo(await startSshd());
  const { stdout } = await host.run(raw('ps -eo args | grep -c "[u]nmistakable"; : unmistakable'), { timeoutMs });
  expect(stdout).toBe('0\n');
});

async function authorize(sshd: Sshd, name: string, key: { type?: string; passphrase?: string }): Promise<void> {
  generateKey(join(sshd.directory, name), key.type ?? 'ed25519', key.passphrase);
  await writeFile(join(sshd.directory, 'authorized_keys'), `${await publicKey(join(sshd.directory, name))}\n`, { flag: 'a' });
}

async function startAgent(sshd: Sshd, key: string): Promise<string> {
  const socket = join(sshd.directory, 'agent');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(agent.stdout, 'data');
  onTestFinished(() => void agent.kill());
  execFileSync('ssh-add', ['-q', join(sshd.directory, key)], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
  return socket;
}
