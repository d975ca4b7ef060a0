import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { argv, raw, toShell } from '../../../control-plane/src/core/remote-command.ts';
import { maskSecrets } from '../../../control-plane/src/core/secret.ts';
import { batchChanges, batchScript, parseBatchLine } from '../../../control-plane/src/execute/batch-script.ts';
import { buildStep } from '../../support/build-step.ts';

const change = (command: ReturnType<typeof raw>) => ({ stepIndex: 0, change: { summary: 'x', command } });
const sh = (script: string) => spawnSync('/bin/sh', [], { input: script, encoding: 'utf8' });

describe('batchScript', () => {
  it('tells each change from start to end and drops its output', () => {
    const result = sh(toShell(batchScript([change(raw('echo noise')), change(argv('true'))]), maskSecrets));
    expect(result.status).toBe(0);
    expect(result.stdout.trim().split('\n').map(parseBatchLine)).toEqual([
      { kind: 'start', index: 0 },
      { kind: 'ok', index: 0 },
      { kind: 'start', index: 1 },
      { kind: 'ok', index: 1 },
    ]);
  });

  it('stops at the first failure, with its exit code and what it said', () => {
    const result = sh(toShell(batchScript([change(raw('echo reason >&2; (exit 7)')), change(argv('true'))]), maskSecrets));
    expect(result.status).toBe(1);
    const lines = result.stdout.trim().split('\n');
    expect(parseBatchLine(lines[1] ?? '')).toEqual({ kind: 'failed', index: 0, exitCode: 7 });
    expect(lines.slice(2)).toEqual(['reason']);
  });

  it('gives a change no standard input to swallow the rest of the script', () => {
    const result = sh(toShell(batchScript([change(argv('cat')), change(argv('true'))]), maskSecrets));
    expect(result.stdout).toContain('@@netvis ok 1');
  });

  it('takes other lines for what they are', () => {
    expect(parseBatchLine('@@netvis ok')).toBeNull();
    expect(parseBatchLine('ok 1')).toBeNull();
  });
});

describe('batchChanges', () => {
  const diff = {
    kind: 'change',
    summary: 's',
    changes: [
      { summary: 'one', command: argv('one') },
      { summary: 'two', command: argv('two') },
    ],
  } as const;

  it('marks notified units pending before the first change of a step', () => {
    const step = buildStep({ notify: [{ unit: 'nginx.service', verb: 'restart' }] });
    const [first, second] = batchChanges([
      { step: buildStep(), diff: { kind: 'noop', reason: '' } },
      { step, diff },
    ]).map(({ stepIndex, change: { command } }) => [stepIndex, toShell(command, maskSecrets)]);
    expect(first).toEqual([
      1,
      'mkdir -p /var/lib/netvis/pending &&\nprintf %s restart | cat > /var/lib/netvis/pending/nginx.service &&\none',
    ]);
    expect(second).toEqual([1, 'two']);
  });

  it('does not turn a pending restart into a reload', () => {
    const step = buildStep({ notify: [{ unit: 'nginx.service', verb: 'reload' }] });
    const script = toShell(batchChanges([{ step, diff }])[0]?.change.command ?? raw(''), maskSecrets);
    expect(script).toContain('= restart ] ||');
  });
});
