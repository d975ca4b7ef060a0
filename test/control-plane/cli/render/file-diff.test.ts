import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { diffTitle, renderDiff } from '../../../../control-plane/src/cli/render/file-diff.ts';
import type { StoredEvent } from '../../../../control-plane/src/core/run-event.ts';

const at = '2026-01-01T00:00:00.000Z';
const withDiff = (diff: string): StoredEvent => ({ event: 'diff', host: 'n1', stage: 'nginx', step: 'nginx.conf', diff, seq: 1, at });
const shown = (diff: string, all: boolean) => stripVTControlCharacters(renderDiff(withDiff(diff), { all }) ?? '');

test('a diff is shown as it is', () => {
  const diff = '--- /etc/x\n+++ /etc/x\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n\\ No newline at end of file';
  expect(shown(diff, false)).toBe(diff);
});

test('a new file is only named unless all is asked for', () => {
  const diff = '--- /dev/null\n+++ /etc/x\n@@ -0,0 +1,2 @@\n+a\n+b';
  expect(shown(diff, false)).toBe('+++ /etc/x (new, 2 lines; --diff shows them)');
  expect(shown(diff, true)).toBe(diff);
});

test('an event without a diff has none, and what a diff belongs to is named by host, stage and step', () => {
  expect(renderDiff({ event: 'phase', phase: 'plan', seq: 1, at }, { all: true })).toBeNull();
  expect(stripVTControlCharacters(diffTitle(withDiff('')) ?? '')).toBe('n1  nginx: nginx.conf');
});
