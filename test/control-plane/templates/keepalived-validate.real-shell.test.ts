import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { argv, concat, raw } from '../../../control-plane/src/core/remote-command.ts';
import { renderSite } from '../../support/render-site.ts';
import { runShell } from '../../support/shell.ts';

/** The check of keepalived.conf as its step runs it, with a keepalived that notes what it is given instead of the real one. */
let directory = '';
let words: readonly string[] = [];
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'netvis-keepalived-'));
  mkdirSync(join(directory, 'run'));
  writeFileSync(join(directory, 'given.conf'), '  script_user keepalived_script\n  auth_pass secret\n');
  const steps = (await renderSite('inventory/compact.yaml')).get('node1') ?? [];
  const settings = steps.find(({ name }) => name === 'keepalived.conf')?.settings;
  words = (settings as { validate?: readonly string[] } | undefined)?.validate ?? [];
});
afterAll(() => rmSync(directory, { recursive: true }));

test('the copy that is checked is readable by root alone and gone afterwards', () => {
  expect(validate('stat -c %a "$3" "$(dirname "$3")" > seen; cat "$3" >> seen')).toMatchObject({ exitCode: 0 });
  expect(readFileSync(join(directory, 'seen'), 'utf8')).toBe('600\n700\nscript_user root\n  auth_pass secret\n');
  expect(readdirSync(join(directory, 'run'))).toEqual([]);
});

test('what keepalived does not accept is not accepted', () => {
  expect(validate('exit 4').exitCode).toBe(4);
  expect(readdirSync(join(directory, 'run'))).toEqual([]);
});

test('an ended check leaves nothing behind', () => {
  expect(validate('kill -TERM $PPID; sleep 0.1').exitCode).not.toBe(0);
  expect(readdirSync(join(directory, 'run'))).toEqual([]);
});

/** Runs the check with `body` as keepalived; /run is a directory of the test's. */
function validate(body: string) {
  const program = join(directory, 'keepalived');
  writeFileSync(program, `#!/bin/sh\ncd ${directory}\n${body}\n`);
  chmodSync(program, 0o755);
  const own = words.map((word) => word.replaceAll('{}', join(directory, 'given.conf')).replaceAll('/run/', `${directory}/run/`));
  return runShell(concat(raw(`umask 022; PATH=${directory}:$PATH; export PATH; `), argv(...own)));
}
