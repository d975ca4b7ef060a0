import { expect, test } from 'vitest';
import { type Origin, resolveTarget } from '../../../../control-plane/src/adapters/ssh/resolve-target.ts';
import type { SshConfigValues } from '../../../../control-plane/src/adapters/ssh/ssh-config-file.ts';
import { inventorySchema } from '../../../../control-plane/src/core/inventory/schema.ts';
import type { SiteHost } from '../../../../control-plane/src/core/site.ts';

const host = (ssh: object = {}): SiteHost => ({
  name: 'pg1',
  address: '10.0.0.1',
  roles: ['postgres'],
  index: 0,
  ssh: inventorySchema.shape.ssh.parse(ssh),
});

/** The target of a host whose inventory says `ssh` and whose user's ssh_config says `config` by name. */
function target(ssh: object = {}, config: Readonly<Record<string, Partial<SshConfigValues>>> = {}) {
  const origin: Origin = {
    home: '/home/me',
    agentSocket: '/agent',
    baseDirectory: '/site',
    config: (name) => ({ identityFiles: [], ...config[name] }),
  };
  return resolveTarget(host(ssh), origin);
}

test('the inventory alone gives its defaults', () => {
  expect(target()).toEqual({
    name: 'pg1',
    host: '10.0.0.1',
    port: 22,
    user: 'root',
    keys: [],
    agentSocket: '/agent',
    knownHosts: ['/home/me/.ssh/known_hosts', '/home/me/.ssh/known_hosts2', '/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'],
    jump: undefined,
    become: { method: 'sudo' },
  });
});

test('paths of the inventory are relative to it, and only its known_hosts counts', () => {
  expect(target({ key: 'keys/id', knownHosts: 'known' })).toMatchObject({
    keys: [{ path: '/site/keys/id', stated: true }],
    knownHosts: ['/site/known'],
  });
  expect(target({ key: '~/id' })).toMatchObject({ keys: [{ path: '/home/me/id' }] });
});

test('the ssh_config fills in what the inventory leaves open, by name before address, but never the address', () => {
  const config = {
    pg1: { user: 'deploy', hostName: 'elsewhere', identityFiles: ['~/.ssh/%r-%h-%p-%%'] },
    '10.0.0.1': { user: 'other', port: 2200, identityFiles: ['/etc/key'], knownHosts: ['~/kh', '/kh2'] },
  };
  expect(target({}, config)).toMatchObject({
    host: '10.0.0.1',
    port: 2200,
    user: 'deploy',
    keys: [
      { path: '/home/me/.ssh/deploy-10.0.0.1-2200-%', stated: false },
      { path: '/etc/key', stated: false },
    ],
    knownHosts: ['/home/me/kh', '/kh2'],
  });
});

test('what the inventory says outweighs the ssh_config', () => {
  const config = { pg1: { user: 'deploy', port: 2200, identityFiles: ['/a'], knownHosts: ['/b'], proxyJump: 'gate' } };
  expect(target({ user: 'admin', port: 222, key: 'k', knownHosts: 'h', jump: 'none' }, config)).toMatchObject({
    user: 'admin',
    port: 222,
    keys: [{ path: '/site/k', stated: true }],
    knownHosts: ['/site/h'],
    jump: undefined,
  });
});

test('without leave the agent is not asked', () => {
  expect(target({ agent: false }).agentSocket).toBeUndefined();
});

test('a jump host takes what its own entry says, else what the host has', () => {
  const config = { gate: { hostName: 'gate.example.com', port: 2222, identityFiles: ['/gate-key'] } };
  expect(target({ user: 'admin', key: 'k', knownHosts: 'h', jump: 'gate' }, config).jump).toMatchObject({
    name: 'pg1 by way of gate',
    host: 'gate.example.com',
    port: 2222,
    user: 'admin',
    keys: [{ path: '/gate-key' }, { path: '/site/k' }],
    knownHosts: ['/site/h'],
    become: { method: 'none' },
  });
  expect(target({ jump: 'me@gate:99' }, { gate: { user: 'other', port: 1 } }).jump).toMatchObject({ user: 'me', port: 99 });
});

test('several jump hosts are passed in their order', () => {
  const last = target({}, { pg1: { proxyJump: 'a,b' } }).jump;
  expect([last?.host, last?.jump?.host, last?.jump?.jump]).toEqual(['b', 'a', undefined]);
});
