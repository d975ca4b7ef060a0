import { describe, expect, it } from 'vitest';
import type { Step } from '../../../control-plane/src/core/expand-playbook.ts';
import { maskSecrets } from '../../../control-plane/src/core/secret.ts';
import { type Files, goldenFiles } from '../../support/golden-files.ts';
import { renderSite } from '../../support/render-site.ts';

const sites = { full: 'inventory/full.yaml', compact: 'inventory/compact.yaml', five: 'test/cases/sites/five.yaml' };

describe.each(Object.entries(sites))('the site %s', (folder, inventory) => {
  it('is rendered as its golden files say', async () => {
    const actual = filesOf(await renderSite(inventory));
    expect(actual).toEqual(await goldenFiles(folder, actual));
  });
});

/** What lies on each host by `<host>/<path>`, and every step's one line in `<host>/steps`. */
function filesOf(hosts: ReadonlyMap<string, readonly Step[]>): Files {
  const entries = [...hosts].flatMap(([host, steps]) => [
    [`${host}/steps`, steps.map((step) => `${stepLine(step)}\n`).join('')] as const,
    ...steps.flatMap(({ settings }) => contentOf(settings as Settings).map(([path, text]) => [`${host}${path}`, text] as const)),
  ]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

type Settings = { readonly path?: string; readonly content?: string | { readonly text: string } };

function contentOf({ path, content }: Settings): readonly (readonly [string, string])[] {
  if (path === undefined || content === undefined) return [];
  return [[path, maskSecrets(typeof content === 'string' ? content : content.text)]];
}

function stepLine({ stage, kind, name, settings, notify }: Step): string {
  const { content: _content, ...shown } = settings as Record<string, unknown>;
  const told = notify.map(({ verb, unit }) => ` → ${verb} ${unit}`).join('');
  return `${stage} | ${kind} | ${name} | ${maskSecrets(JSON.stringify(withoutHashes(shown)))}${told}`;
}

/** Hashes of secrets and artifacts say nothing to a reader. */
function withoutHashes(settings: Record<string, unknown>): Record<string, unknown> {
  const { sha256: _sha256, sizeBytes: _size, localPath: _path, ...rest } = settings;
  const plain = (value: unknown): unknown => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
    return 'sha256' in value && 'text' in value ? maskSecrets(String(value.text)) : withoutHashes(value as Record<string, unknown>);
  };
  return Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, plain(value)]));
}
