import { once } from 'node:events';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createRemoteHosts } from '../../../../control-plane/src/adapters/ssh/remote-hosts.ts';
import { blobPath } from '../../../../control-plane/src/core/blob-path.ts';
import { raw } from '../../../../control-plane/src/core/remote-command.ts';
import { remoteHostContract } from '../../../contracts/remote-host.contract.ts';
import { fakeRemoteHosts, localShell } from '../../../support/fake-remote-hosts.ts';
import { connectTo, lookupIn, testSecrets } from '../../../support/ssh-hosts.ts';
import { publicKey, startSshd } from '../../../support/sshd.ts';

vi.setConfig({ testTimeout: 60_000 });

describe('over SSH', () => {
  remoteHostContract(async () => {
    const sshd = await startSshd();
    return {
      host: connectTo(sshd),
      cut: () => sshd.signalSessions('SIGKILL'),
      freeze: () => sshd.signalSessions('SIGSTOP'),
      thaw: () => sshd.signalSessions('SIGCONT'),
      stored: readBlob,
    };
  });
});

describe('the fake', () => {
  remoteHostContract(async () => {
    const hosts = fakeRemoteHosts({ answer: localShell, lookup: lookupIn(testSecrets) });
    return {
      host: hosts.get('h1'),
      cut: async () => {
        hosts.fail('h1', 'NV_SSH_LOST');
        hosts.mend('h1');
      },
      freeze: async () => hosts.freeze('h1'),
      thaw: async () => hosts.mend('h1'),
      stored: async (sha256) => hosts.blobs('h1').get(sha256) ?? null,
    };
  });
});

test('a command that has begun when its connection goes is lost, and so are the others on it', async () => {
  const sshd = await startSshd();
  const host = connectTo(sshd);
  const begun = Promise.withResolvers<string>();
  const lost = [1, 2].map(() => host.run(raw('echo begun; sleep 5'), { timeoutMs: 9000, onLine: begun.resolve }));
  await begun.promise;
  await sshd.signalSessions('SIGKILL');
  for (const run of await Promise.allSettled(lost)) expect(run).toMatchObject({ status: 'rejected', reason: { code: 'NV_SSH_LOST' } });
});

test('a host that freezes in the middle of a command is given up at its deadline, its connection cut, and found again later', async () => {
  const sshd = await startSshd();
  const host = connectTo(sshd);
  const begun = Promise.withResolvers<string>();
  const frozen = host.run(raw('echo begun; sleep 60'), { timeoutMs: 3000, onLine: begun.resolve });
  await begun.promise;
  await sshd.signalSessions('SIGSTOP');
  await expect(frozen).rejects.toMatchObject({ code: 'NV_SSH_TIMEOUT', message: expect.stringContaining('3000 ms') });
  expect((await host.run(raw('echo again'), { timeoutMs: 9000 })).stdout).toBe('again\n');
  await sshd.signalSessions('SIGCONT');
  await vi.waitFor(async () => expect(await sshd.connections()).toBe(1), 9000);
});

test('a reset by the network is a lost connection and nothing worse', async () => {
  const sshd = await startSshd();
  const network = await startNetwork(sshd.port);
  await writeFile(
    join(sshd.directory, 'known_hosts'),
    `[127.0.0.1]:${network.port} ${await publicKey(join(sshd.directory, 'host_ed25519'))}\n`,
  );
  const host = connectTo(sshd, { ssh: { port: network.port } });
  const begun = Promise.withResolvers<string>();
  const lost = host.run(raw('echo begun; sleep 5'), { timeoutMs: 9000, onLine: begun.resolve });
  await begun.promise;
  network.reset();
  await expect(lost).rejects.toMatchObject({ code: 'NV_SSH_LOST', message: expect.stringContaining('ECONNRESET') });
  expect((await host.run(raw('echo again'), { timeoutMs: 9000 })).stdout).toBe('again\n');
});

test('a name that is no host of the site is an error', () => {
  const hosts = createRemoteHosts({ hosts: [], lookup: lookupIn({}), baseDirectory: '/', acceptNewHostKeys: false });
  expect(() => hosts.get('h9')).toThrowError(expect.objectContaining({ code: 'NV_USAGE' }));
});

/** A way to a port of loopback on which all connections can be reset. */
async function startNetwork(to: number) {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    const onward = connect(to, '127.0.0.1').on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy()).on('close', () => onward.destroy());
    socket.pipe(onward).pipe(socket);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const reset = () => {
    for (const socket of sockets.splice(0)) socket.resetAndDestroy();
  };
  return { port: (server.address() as AddressInfo).port, reset };
}

async function readBlob(sha256: string): Promise<Buffer | null> {
  const path = blobPath(sha256);
  onTestFinished(() => rm(path, { force: true }));
  const content = await readFile(path).catch(() => null);
  if (content) expect((await stat(path)).mode & 0o777).toBe(0o600);
  return content;
}
