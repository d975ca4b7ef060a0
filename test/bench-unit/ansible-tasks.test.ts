import { expect, it } from 'vitest';
import type { Step } from '../../control-plane/src/core/expand-playbook.ts';
import { taskOf } from '../bench/ansible-tasks.ts';

const step = (kind: string, settings: unknown): Step => ({ id: kind, stage: 's', name: kind, kind, tags: [], notify: [], settings });

const cases: readonly (readonly [kind: string, settings: object, module: string, args: object])[] = [
  ['package', { names: ['nginx', 'jq'] }, 'apt', { name: ['nginx', 'jq'], state: 'present' }],
  ['symlink', { path: '/a', target: '/b' }, 'file', { path: '/a', src: '/b', state: 'link' }],
  ['absent', { path: '/a' }, 'file', { path: '/a', state: 'absent' }],
  ['block', { path: '/etc/hosts', marker: 'hosts', content: 'x\n' }, 'blockinfile', { marker: '# {mark} netvis hosts', block: 'x\n' }],
  ['user', { user: 'api', home: '/srv' }, 'user', { name: 'api', system: true, create_home: false, home: '/srv' }],
  ['service', { unit: 'a.service', state: 'started', isNew: true }, 'systemd', { name: 'a.service', daemon_reload: true }],
  ['blob', { localPath: '/a.tar.gz', path: '/b' }, 'copy', { src: '/a.tar.gz', dest: '/b', mode: '0600' }],
  ['service', { unit: 'a.service', state: 'started', enabled: true }, 'systemd', { name: 'a.service', state: 'started', enabled: true }],
];

it.each(cases)('maps a step of kind %s', (...[kind, settings, module, args]) => {
  const task = taskOf(step(kind, settings));
  expect(task?.module).toBe(`ansible.builtin.${module}`);
  expect(task?.args).toMatchObject(args);
});

it('leaves a file alone that is written once, and quotes the words of a validator', () => {
  const settings = {
    ...{ path: '/a', owner: 'root', group: 'root', mode: '0600', seed: true, content: { text: 't', sha256: '' } },
    validate: ['sh', '-c', "it's %", '{}'],
  };
  expect(taskOf(step('file', settings))).toMatchObject({ text: 't', args: { force: false, validate: `sh -c 'it'"'"'s %%' %s` } });
});

it.each([
  ['systemd check a unit', ['systemd-analyze', 'verify', '{}'], 'systemd-analyze verify "$d/a.conf"'],
  ['another user check a file', ['runuser', '-u', 'a', '--', 'b', '-c', 'file={}'], 'runuser -u a -- b -c file="$d/a.conf"'],
])('has %s in a copy under its own name that can be read', (_, validate, checks) => {
  const settings = { path: '/etc/a.conf', owner: 'root', group: 'root', mode: '0644', seed: false };
  const task = taskOf(step('file', { ...settings, content: { text: 't', sha256: '' }, validate }));
  expect(task?.args.validate).toContain('cp "$0" "$d/a.conf" && chmod -R a+rX "$d"');
  expect(task?.args.validate).toContain(`&& ${checks};`);
});

it('has no task for what Ansible has no equal for', () => {
  expect(taskOf(step('certificate', {}))).toBeNull();
});
