import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildFactsScript, parseFactsOutput } from '../../../../control-plane/src/core/facts/facts-script.ts';
import type { CommandOutput } from '../../../../control-plane/src/core/remote-command.ts';
import type { Diff, StepKind } from '../../../../control-plane/src/core/steps/step-kind.ts';
import { stepKinds } from '../../../../control-plane/src/core/steps/step-kinds.ts';
import { batchChanges } from '../../../../control-plane/src/execute/batch-changes.ts';
import { batchScript } from '../../../../control-plane/src/execute/batch-script.ts';
import { buildStep } from '../../../support/build-step.ts';
import { runShell } from '../../../support/shell.ts';

/** Kinds that need no root and no service, by this machine's shell: after a change nothing is left to do. */
let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'netvis-steps-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const me = { owner: userInfo().username, group: runShell({ parts: [{ raw: 'id -gn' }] }).stdout.trim() };
const at = (name: string) => join(directory, name);
const sealed = (text: string) => ({ text, sha256: createHash('sha256').update(text).digest('hex') });

describe('a file', () => {
  const hostile = 'it\'s $HOME `x` %s \\n "q"\n\ttab\nno newline at the end';

  test('gets its text byte for byte, and its mode', () => {
    expect(settle('file', { path: at('f'), content: sealed(hostile), mode: '0640', ...me })).toMatchObject({ exitCode: 0 });
    expect(readFileSync(at('f'), 'utf8')).toBe(hostile);
    expect(statSync(at('f')).mode & 0o777).toBe(0o640);
  });

  test('keeps its old content when the new one is not valid', () => {
    writeFileSync(at('valid'), 'old');
    const settings = { path: at('valid'), content: sealed('bad'), validate: ['grep', '-q', 'good', '{}'], ...me };
    expect(apply('file', settings).exitCode).not.toBe(0);
    expect(readFileSync(at('valid'), 'utf8')).toBe('old');
  });

  test('takes the place of a link without touching what the link points to', () => {
    writeFileSync(at('target'), 'target');
    settle('symlink', { path: at('link'), target: 'target' });
    settle('file', { path: at('link'), content: sealed('own'), ...me });
    expect(readFileSync(at('target'), 'utf8')).toBe('target');
    expect(readFileSync(at('link'), 'utf8')).toBe('own');
  });
});

describe('a block', () => {
  test('is put at the end, then replaced in its place, and nothing else changes', () => {
    writeFileSync(at('hosts'), 'first\n', { mode: 0o600 });
    settle('block', { path: at('hosts'), marker: 'm', content: 'a\\n "b"\n&' });
    writeFileSync(at('hosts'), `${readFileSync(at('hosts'), 'utf8')}last\n`);
    settle('block', { path: at('hosts'), marker: 'm', content: 'new' });
    expect(readFileSync(at('hosts'), 'utf8')).toBe('first\n# BEGIN netvis m\nnew\n# END netvis m\nlast\n');
    expect(statSync(at('hosts')).mode & 0o777).toBe(0o600);
  });

  test('makes the file when there is none', () => {
    settle('block', { path: at('fresh'), marker: 'm', content: '' });
    expect(readFileSync(at('fresh'), 'utf8')).toBe('# BEGIN netvis m\n# END netvis m\n');
  });
});

test('a link is switched, a directory made with its parents, a file removed', () => {
  settle('symlink', { path: at('current'), target: 'one' });
  settle('symlink', { path: at('current'), target: "two's" });
  settle('directory', { path: at('a/b/c'), mode: '0700', ...me });
  settle('absent', { path: at('current') });
});

/** Applies the step and checks that the same comparison then finds nothing to do. */
function settle(kind: string, settings: unknown): CommandOutput {
  const output = apply(kind, settings);
  expect(compare(kind, settings), output.stdout).toMatchObject({ kind: 'noop' });
  return output;
}

function apply(kind: string, settings: unknown): CommandOutput {
  const diff = compare(kind, settings);
  expect(diff.kind).toBe('change');
  const turn = existsSync(at('lock')) ? readFileSync(at('lock'), 'utf8').trim() : '';
  return runShell(
    batchScript(batchChanges([{ step: buildStep({ kind }), diff }]), { lock: at('lock'), turn, epoch: 1, fence: at('fence') }),
  );
}

function compare(kind: string, given: unknown): Diff {
  const stepKind = stepKinds.get(kind) as StepKind<unknown>;
  const settings = stepKind.schema.parse(given);
  const requests = stepKind.facts(settings);
  const facts = parseFactsOutput(runShell(buildFactsScript(requests)), requests);
  return stepKind.diff(settings, { fact: <T>(source: string, key: string) => facts[source]?.[key] as T, pending: () => null });
}
