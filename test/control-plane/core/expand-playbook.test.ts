import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type ExpandContext, expandPart } from '../../../control-plane/src/core/expand-playbook.ts';
import type { HostVars } from '../../../control-plane/src/core/host-vars.ts';
import { partSchema } from '../../../control-plane/src/core/playbook.ts';
import { secretToken } from '../../../control-plane/src/core/secret.ts';
import type { StepKind } from '../../../control-plane/src/core/steps/step-kind.ts';

const anything = (kind: string): [string, StepKind<unknown>] => [
  kind,
  { kind, schema: z.looseObject({ path: z.string().optional() }), facts: () => [], diff: () => ({ kind: 'noop', reason: '' }) },
];
const secretive: StepKind<unknown> = { ...anything('secretive')[1], sealed: ['passwordSecret', 'secrets'] };
const kinds = new Map([anything('file'), anything('block'), anything('artifact'), ['secretive', secretive] as const]);
const host = { name: 'lb1', address: '10.0.0.1', roles: ['lb'], index: 0 };

const context = (over: Partial<ExpandContext> = {}): ExpandContext => ({
  stage: 'nginx',
  vars: { host } as unknown as HostVars,
  kinds,
  renderer: {
    renderTemplate: (name) => `<${name}>`,
    renderText: (text) => text.replaceAll('{{ host.name }}', 'lb1'),
    test: (condition) => condition === 'yes',
  },
  purpose: 'compare',
  seal: (text) => ({ text, sha256: `sha(${text})` }),
  artifact: (name) => ({ sha256: 'f00d', sizeBytes: 3, localPath: `/blobs/${name}` }),
  ...over,
});
const part = (steps: readonly object[], roles: unknown = ['lb']) => partSchema.parse({ part: 'nginx', roles, steps });
const expand = (step: object, over: Partial<ExpandContext> = {}) =>
  expandPart(part([{ name: 's', kind: 'file', ...step }]), context(over))[0];

describe('expandPart', () => {
  it('has no steps for a host without the part’s role, and all for "all"', () => {
    expect(expandPart(part([{ name: 's', kind: 'file' }], ['postgres']), context())).toEqual([]);
    expect(expandPart(part([{ name: 's', kind: 'file' }], 'all'), context())).toHaveLength(1);
  });

  it('renders names, settings at any depth and notices', () => {
    expect(
      expand({
        name: 'conf of {{ host.name }}',
        path: '/etc/{{ host.name }}',
        list: [{ a: '{{ host.name }}' }, 3, null],
        notify: [{ reload: '{{ host.name }}.service' }, { restart: 'x.service' }],
      }),
    ).toMatchObject({
      id: 'file:conf of lb1',
      stage: 'nginx',
      settings: { path: '/etc/lb1', list: [{ a: 'lb1' }, 3, null] },
      notify: [
        { unit: 'lb1.service', verb: 'reload' },
        { unit: 'x.service', verb: 'restart' },
      ],
    });
  });

  it('seals the secrets a kind names, one by one or by their settings, and only once they can be looked up', () => {
    const step = { kind: 'secretive', path: '/x', passwordSecret: 'postgres', secrets: { requirepass: 'redis' } };
    const sealed = (text: string) => ({ text, sha256: `sha(${text})` });
    expect(expand(step)?.settings).toEqual({
      path: '/x',
      passwordSecret: sealed(secretToken('postgres')),
      secrets: { requirepass: sealed(secretToken('redis')) },
    });
    expect(expand(step, { purpose: 'facts' })?.settings).toMatchObject({
      passwordSecret: sealed(''),
      secrets: { requirepass: sealed('') },
    });
    expect(expand({ kind: 'secretive' })?.settings).toEqual({});
  });

  it('seals the content of a file, from a template or inline, and leaves a block’s as text', () => {
    expect(expand({ template: 'nginx/{{ host.name }}.njk' })?.settings).toEqual({
      content: { text: '<nginx/lb1.njk>', sha256: 'sha(<nginx/lb1.njk>)' },
    });
    expect(expand({ content: '{{ host.name }}' })?.settings).toEqual({ content: { text: 'lb1', sha256: 'sha(lb1)' } });
    expect(expand({ kind: 'block', content: '{{ host.name }}' })?.settings).toEqual({ content: 'lb1' });
  });

  it('renders no content for facts', () => {
    expect(expand({ template: 'nginx/a.njk' }, { purpose: 'facts' })?.settings).toEqual({ content: { text: '', sha256: 'sha()' } });
  });

  it('fills in the archive of an artifact', () => {
    expect(expand({ kind: 'artifact', artifact: 'agent' })?.settings).toEqual({
      artifact: 'agent',
      sha256: 'f00d',
      sizeBytes: 3,
      localPath: '/blobs/agent',
    });
  });

  it('drops steps whose role or condition does not hold', () => {
    expect(expand({ roles: ['redis'] })).toBeUndefined();
    expect(expand({ when: 'no' })).toBeUndefined();
    expect(expand({ when: 'yes' })).toBeDefined();
  });

  it('reads the facts of steps that depend on live roles in any case', () => {
    expect(expand({ when: 'live.redis.master == host.name' }, { purpose: 'facts' })).toBeDefined();
    expect(expand({ when: 'live.redis.master == host.name' })).toBeUndefined();
  });

  it('names the step whose kind is unknown or whose settings do not fit', () => {
    expect(() => expand({ kind: 'nonsense' })).toThrowError(expect.objectContaining({ code: 'NV_PLAYBOOK_INVALID' }));
    expect(() => expand({ path: 5 })).toThrowError(expect.objectContaining({ code: 'NV_PLAYBOOK_INVALID' }));
  });
});
