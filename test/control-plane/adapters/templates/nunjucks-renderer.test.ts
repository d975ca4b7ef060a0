import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRenderer } from '../../../../control-plane/src/adapters/templates/nunjucks-renderer.ts';
import type { HostVars } from '../../../../control-plane/src/core/host-vars.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

/** A directory with `templates/` and `playbooks/` that hold these files. */
async function directoryWith(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await temporaryDirectory();
  for (const [path, text] of Object.entries({ 'templates/.keep': '', 'playbooks/site.yaml': 'stages: []', ...files })) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

const rendererOf = async (files: Readonly<Record<string, string>>) => createRenderer(join(await directoryWith(files), 'templates'));
const vars = (over: object) => over as HostVars;

describe('a template', () => {
  it('leaves no line where a block tag stood and keeps the rest byte for byte', async () => {
    const renderer = await rendererOf({ 'templates/a/x.njk': 'one\n  {% if yes %}\n  two\n  {% endif %}\nthree <&"\n' });
    expect(renderer.renderTemplate('a/x.njk', vars({ yes: true }))).toBe('one\n  two\nthree <&"\n');
  });

  it('never renders a value again', async () => {
    const renderer = await rendererOf({ 'templates/x.njk': '{{ value }}' });
    expect(renderer.renderTemplate('x.njk', vars({ value: '{{ 7 * 7 }}{% raw %}' }))).toBe('{{ 7 * 7 }}{% raw %}');
  });

  it('leaves nothing of its own in the variables', async () => {
    const renderer = await rendererOf({ 'templates/x.njk': '{% set host = "mine" %}{{ host }}', 'templates/y.njk': '{{ host }}' });
    const shared = vars({ host: 'yours' });
    renderer.renderTemplate('x.njk', shared);
    expect(renderer.renderTemplate('y.njk', shared)).toBe('yours');
  });

  it.each([
    ['a value that is not there', '\n{{ host.nope }}', { file: 'x.njk', line: 2 }],
    ['a value of an included file', '\n\n{% include "part.njk" %}', { file: 'part.njk', line: 3 }],
    ['a tag that is wrong', 'a\nb\n{% if %}', { file: 'x.njk', line: 3 }],
  ])('fails with file and line for %s', async (_, text, at) => {
    const renderer = await rendererOf({ 'templates/x.njk': text, 'templates/part.njk': '1\n2\n{{ missing }}' });
    expect(() => renderer.renderTemplate('x.njk', vars({ host: {} }))).toThrow(
      expect.objectContaining({ code: 'NV_TEMPLATE_FAILED', at: expect.objectContaining(at), message: expect.stringContaining(at.file) }),
    );
  });

  it.each([
    ['an absent template', '{% include "nowhere.njk" %}', 'nowhere.njk'],
    ['a filter that refuses its value', '{{ "a\\nb" | nginx }}', 'x.njk: a value holds a control character'],
  ])('fails with what is wrong for %s', async (_, text, message) => {
    const renderer = await rendererOf({ 'templates/x.njk': text });
    expect(() => renderer.renderTemplate('x.njk', vars({}))).toThrow(
      expect.objectContaining({ code: 'NV_TEMPLATE_FAILED', message: expect.stringContaining(message) }),
    );
  });
});

describe('a text of a playbook', () => {
  it('is rendered each time with the variables of then', async () => {
    const renderer = await rendererOf({});
    const render = (name: string) => renderer.renderText('/etc/{{ host.name }}', vars({ host: { name } }));
    expect([render('a'), render('b')]).toEqual(['/etc/a', '/etc/b']);
  });

  it('fails with the text itself as its name', async () => {
    const renderer = await rendererOf({});
    expect(() => renderer.renderText('{{ nope }}', vars({}))).toThrow(
      expect.objectContaining({
        code: 'NV_TEMPLATE_FAILED',
        message: 'template {{ nope }}, line 1: attempted to output null or undefined value',
      }),
    );
  });

  it('may be a condition', async () => {
    const renderer = await rendererOf({});
    const holds = (roles: readonly string[]) => renderer.test("'lb' in host.roles and not host.off", vars({ host: { roles } }));
    expect([holds(['lb', 'api']), holds(['api'])]).toEqual([true, false]);
  });
});

describe('the version', () => {
  const files = { 'templates/a.njk': 'a', 'playbooks/base.yaml': 'b' };
  const versionOf = async (over: object = {}) => (await rendererOf({ ...files, ...over })).version();

  it('is the same for the same templates and playbooks, wherever they lie', async () => {
    expect(await versionOf()).toBe(await versionOf());
  });

  it.each([
    ['a template', { 'templates/a.njk': 'A' }],
    ['a playbook', { 'playbooks/base.yaml': 'B' }],
    ['a name', { 'templates/b.njk': '' }],
  ])('differs when %s does', async (_, change) => {
    expect(await versionOf(change)).not.toBe(await versionOf());
  });
});
