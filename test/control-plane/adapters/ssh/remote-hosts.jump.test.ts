import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createRemoteHosts } from '../../../../control-plane/src/adapters/ssh/remote-hosts.ts';
import { argv } from '../../../../control-plane/src/core/remote-command.ts';
import type { RemoteHost } from '../../../../control-plane/src/ports/remote-host.ts';
import { lookupIn } from '../../../support/ssh-hosts.ts';
import { type SshdOptions, startSshd } from '../../../support/sshd.ts';

vi.setConfig({ testTimeout: 60_000 });

const hello = async (host: RemoteHost) => (await host.run(argv('echo', 'hello'), { timeoutMs: 10_000 })).stdout;

/** Two hosts of the site, one sshd in truth, behind a jump host; one key opens all. */
async function behindJumpHost(jumpOptions: SshdOptions = {}) {
  const [inner, jump] = [await startSshd(), await startSshd(jumpOptions)];
  const spec = `root@127.0.0.1:${jump.port}`;
  const known = join(inner.directory, 'known_hosts');
  await writeFile(known, await readFile(join(jump.directory, 'known_hosts')), { flag: 'a' });
  await writeFile(join(jump.directory, 'authorized_keys'), await readFile(join(inner.directory, 'user.pub')));
  const hosts = createRemoteHosts({
    hosts: ['h1', 'h2'].map((name) => ({ ...inner.host({ jump: spec }), name })),
    lookup: lookupIn({}),
    baseDirectory: inner.directory,
    acceptNewHostKeys: false,
    environment: { home: join(inner.directory, 'home'), agentSocket: undefined },
  });
  onTestFinished(() => hosts.closeAll());
  return { hosts, inner, jump, known };
}

test('hosts behind a jump host share one connection to it', async () => {
  const { hosts, jump, inner } = await behindJumpHost();
  expect(await Promise.all(['h1', 'h2'].map((name) => hello(hosts.get(name))))).toEqual(['hello\n', 'hello\n']);
  expect(await jump.connections()).toBe(1);
  expect(await inner.connections()).toBe(2);
});

test('a jump host that goes takes the hosts with it, and comes back with them', async () => {
  const { hosts, jump } = await behindJumpHost();
  await hello(hosts.get('h1'));
  const lost = hosts.get('h1').run(argv('sleep', '5'), { timeoutMs: 10_000 });
  await Promise.all([jump.signalSessions('SIGKILL'), expect(lost).rejects.toMatchObject({ code: 'NV_SSH_LOST' })]);
  expect(await hello(hosts.get('h1'))).toBe('hello\n');
});

test('the key of a jump host is checked as any other, and it is named', async () => {
  const { hosts, jump, known } = await behindJumpHost();
  execFileSync('ssh-keygen', ['-q', '-R', `[127.0.0.1]:${jump.port}`, '-f', known]);
  const message = expect.stringMatching(new RegExp(`^h1 by way of 127.0.0.1: the host key of .*:${jump.port} is not in`));
  await expect(hello(hosts.get('h1'))).rejects.toMatchObject({ code: 'NV_SSH_HOST_KEY', message });
});

test('the key of the host behind is checked too', async () => {
  const { hosts, inner, known } = await behindJumpHost();
  execFileSync('ssh-keygen', ['-q', '-R', `[127.0.0.1]:${inner.port}`, '-f', known]);
  await expect(hello(hosts.get('h1'))).rejects.toMatchObject({
    code: 'NV_SSH_HOST_KEY',
    message: expect.stringMatching(/^h1: the host key/),
  });
});

test('a jump host that forwards nothing, and a host that is down behind it, are unreachable', async () => {
  const closed = await behindJumpHost({ config: ['AllowTcpForwarding no'] });
  await expect(hello(closed.hosts.get('h1'))).rejects.toMatchObject({
    code: 'NV_SSH_UNREACHABLE',
    message: expect.stringMatching(/^h1: /),
  });
  const down = await behindJumpHost();
  await down.inner.stop();
  const message = expect.stringContaining('Connection refused');
  await expect(hello(down.hosts.get('h1'))).rejects.toMatchObject({ code: 'NV_SSH_UNREACHABLE', message });
});

test('the ssh_config of the user tells the way, the user and the key', async () => {
  const { inner, jump, known } = await behindJumpHost();
  const home = inner.directory;
  const { key, jump: _, ...ssh } = inner.host().ssh;
  execFileSync('mkdir', [join(home, '.ssh')]);
  const config = `Host h1\n  ProxyJump gate\n  IdentityFile ~/user\nHost gate\n  HostName 127.0.0.1\n  Port ${jump.port}\n`;
  await writeFile(join(home, '.ssh', 'config'), config);
  const hosts = createRemoteHosts({
    hosts: [{ ...inner.host(), ssh }],
    lookup: lookupIn({}),
    baseDirectory: '/',
    acceptNewHostKeys: false,
    environment: { home, agentSocket: undefined },
  });
  onTestFinished(() => hosts.closeAll());
  expect(await hello(hosts.get('h1'))).toBe('hello\n');
  expect(await jump.connections()).toBe(1);
  await rm(known);
});

test('jump hosts are passed one after the other', async () => {
  const { inner, jump } = await behindJumpHost();
  const second = await startSshd();
  const home = inner.directory;
  for (const { directory } of [jump, second]) {
    await writeFile(join(home, 'known_hosts'), await readFile(join(directory, 'known_hosts')), { flag: 'a' });
    await writeFile(join(directory, 'authorized_keys'), await readFile(join(home, 'user.pub')));
  }
  await mkdir(join(home, '.ssh'));
  const [one, two] = [jump, second].map(({ port }) => `root@127.0.0.1:${port}`);
  await writeFile(join(home, '.ssh', 'config'), `Host h1\n  ProxyJump ${one},${two}\n`);
  const hosts = createRemoteHosts({
    hosts: [inner.host()],
    lookup: lookupIn({}),
    baseDirectory: '/',
    acceptNewHostKeys: false,
    environment: { home, agentSocket: undefined },
  });
  onTestFinished(() => hosts.closeAll());
  expect(await hello(hosts.get('h1'))).toBe('hello\n');
  expect(await Promise.all([jump, second, inner].map((sshd) => sshd.connections()))).toEqual([1, 1, 1]);
});

test('closing ends an attempt under way', async () => {
  const { hosts, jump } = await behindJumpHost();
  await hello(hosts.get('h2'));
  await jump.signalSessions('SIGSTOP');
  const attempt = hello(hosts.get('h1'));
  const startedMs = performance.now();
  await Promise.all([expect(attempt).rejects.toMatchObject({ code: 'NV_SSH_UNREACHABLE' }), hosts.closeAll()]);
  expect(performance.now() - startedMs).toBeLessThan(2000);
});
