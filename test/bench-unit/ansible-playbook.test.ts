import { expect, it } from 'vitest';
import type { Step } from '../../control-plane/src/core/expand-playbook.ts';
import { ansibleSite, filesVariable } from '../bench/ansible-playbook.ts';

const directory = (path: string, over: Partial<Step> = {}): Step => ({
  id: `directory:${over.name ?? path}`,
  stage: 'base',
  name: path,
  kind: 'directory',
  tags: [],
  notify: [],
  settings: { path, owner: 'root', group: 'root', mode: '0755' },
  ...over,
});

const file = (text: string): Step =>
  directory('', {
    id: 'file:motd',
    name: 'motd',
    kind: 'file',
    settings: { path: '/etc/motd', owner: 'root', group: 'root', mode: '0644', seed: false, content: { text, sha256: '' } },
    notify: [{ unit: 'a.service', verb: 'reload' }],
  });

it('makes one task of a step that all hosts share, without variables', () => {
  const site = ansibleSite(
    new Map([
      ['a', [directory('/srv')]],
      ['b', [directory('/srv')]],
    ]),
    [],
  );
  expect(site.plays).toMatchObject([{ name: 'base', hosts: 'a,b', gather_facts: false }]);
  expect(site.plays[0]?.tasks).toEqual([
    { name: '/srv', 'ansible.builtin.file': { path: '/srv', state: 'directory', owner: 'root', group: 'root', mode: '0755' } },
  ]);
  expect(site.tasks).toBe(2);
});

it('turns what differs between hosts into a variable of each', () => {
  const owned = (owner: string) => directory('/srv', { settings: { path: '/srv', owner, group: 'root', mode: '0755' } });
  const site = ansibleSite(
    new Map([
      ['a', [owned('redis')]],
      ['b', [owned('root')]],
    ]),
    [],
  );
  const [task] = site.plays[0]?.tasks ?? [];
  expect(task?.['ansible.builtin.file']).toMatchObject({ path: '/srv', owner: '{{ step_base_directory_srv_owner | default(omit) }}' });
  expect(site.vars.a).toMatchObject({ step_base_directory_srv_owner: 'redis' });
  expect(site.vars.b).toMatchObject({ step_base_directory_srv_owner: 'root' });
});

it('gives a task that only some hosts of a play have a condition', () => {
  const site = ansibleSite(
    new Map([
      ['a', [directory('/srv')]],
      ['b', [directory('/srv'), directory('/var/x')]],
    ]),
    [],
  );
  expect(site.plays[0]?.tasks.map(({ when }) => when)).toEqual([undefined, 'step_base_directory_var_x is defined']);
});

it("keeps each host's order of steps", () => {
  const [one, two, three] = ['/1', '/2', '/3'].map((path) => directory(path)) as [Step, Step, Step];
  const site = ansibleSite(
    new Map([
      ['a', [one, three]],
      ['b', [one, two, three]],
    ]),
    [],
  );
  expect(site.plays[0]?.tasks.map(({ name }) => name)).toEqual(['/1', '/2', '/3']);
});

it('copies the text of a file from the folder of the host, and reloads by a handler', () => {
  const site = ansibleSite(
    new Map([
      ['a', [file('hello')]],
      ['b', [file('bye')]],
    ]),
    [],
  );
  const [task] = site.plays[0]?.tasks ?? [];
  expect(task?.['ansible.builtin.copy']).toMatchObject({ dest: '/etc/motd', src: `{{ ${filesVariable} }}/step_base_file_motd` });
  expect(task?.notify).toEqual(['reload a.service']);
  expect(site.files).toEqual([
    { host: 'a', name: 'step_base_file_motd', text: 'hello' },
    { host: 'b', name: 'step_base_file_motd', text: 'bye' },
  ]);
  expect(site.plays[0]?.handlers[0]).toMatchObject({ name: 'reload a.service', 'ansible.builtin.systemd': { state: 'reloaded' } });
});

it('counts the steps that Ansible has no equal for', () => {
  const artifact = directory('agent', { kind: 'artifact' });
  const watched = directory('w', { kind: 'service', settings: { unit: 'w.service', state: 'as-found' } });
  const site = ansibleSite(new Map([['a', [artifact, watched, directory('/srv')]]]), []);
  expect(site.leftOut).toEqual({ artifact: 1, service: 1 });
  expect(site.tasks).toBe(1);
});

it('runs a script from the folder of its host', () => {
  const site = ansibleSite(new Map([['a', [directory('', { id: 'make', name: 'make', kind: 'script', settings: { text: 'true' } })]]]), []);
  expect(site.plays[0]?.tasks).toEqual([{ name: 'make', 'ansible.builtin.script': { cmd: `{{ ${filesVariable} }}/step_base_make` } }]);
  expect(site.files).toEqual([{ host: 'a', name: 'step_base_make', text: 'true' }]);
});

it('plays the stages in the order of the playbook, whichever host comes first', () => {
  const on = (stage: string) => directory('/srv', { id: stage, stage });
  const site = ansibleSite(
    new Map([
      ['a', [on('base 1'), on('postgres 1')]],
      ['b', [on('base 1'), on('postgres 2')]],
      ['c', [on('base 1'), on('etcd 1')]],
    ]),
    ['base', 'etcd', 'postgres'],
  );
  expect(site.plays.map(({ name }) => name)).toEqual(['base 1', 'etcd 1', 'postgres 1', 'postgres 2']);
});
