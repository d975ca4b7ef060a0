import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { argv, concat, type RemoteCommand, raw, toShell } from '../../../control-plane/src/core/remote-command.ts';
import { raiseFence } from '../../../control-plane/src/core/run-lock/fence.ts';
import { maskSecrets } from '../../../control-plane/src/core/secret.ts';
import type { BatchChange } from '../../../control-plane/src/execute/batch-changes.ts';
import { batchScript, inTurn, parseBatchLine, parseTurn } from '../../../control-plane/src/execute/batch-script.ts';

const change = (command: RemoteCommand, stepIndex = 0) => ({ stepIndex, change: { summary: 'x', command } });
const sh = (script: string) => spawnSync('/bin/sh', [], { input: script, encoding: 'utf8' });
const directory = mkdtempSync(join(tmpdir(), 'netvis-batch-'));
const lock = join(directory, 'lock');
const fence = join(directory, 'fence');
afterAll(() => rmSync(directory, { recursive: true }));

/** What a shell says to a look that waits for its turn. */
const look = () => sh(toShell(inTurn(argv('echo', 'facts'), { lock, waitSeconds: 0 }), maskSecrets)).stdout;

const turnNow = () => parseTurn(look()) ?? 'none';

/** A batch of these steps in the present turn, under a lock of this test's own. */
const script = (...commands: readonly RemoteCommand[]) => scriptOf(1, commands.map(change));
const scriptOf = (epoch: number, changes: readonly BatchChange[]) =>
  batchScript(changes, { lock, waitSeconds: 0, turn: turnNow(), epoch, fence });

describe('batchScript', () => {
  it('tells each change from start to end and drops its output', () => {
    const result = sh(toShell(script(raw('echo noise'), argv('true')), maskSecrets));
    expect(result.status).toBe(0);
    expect(result.stdout.trim().split('\n').map(parseBatchLine)).toEqual([
      { kind: 'start', index: 0 },
      { kind: 'ok', index: 0 },
      { kind: 'start', index: 1 },
      { kind: 'ok', index: 1 },
    ]);
  });

  it("tells the host's journal on whose behalf it begins and how it ends, and goes on where nothing takes it", () => {
    const logger = (text: string) => writeFileSync(join(directory, 'logger'), text, { mode: 0o755 });
    const behalf = () =>
      batchScript([change(raw('false'))], { lock, waitSeconds: 0, turn: turnNow(), epoch: 1, fence, onBehalfOf: 'run r, stage s' });
    const told = () => sh(`PATH=${directory}:$PATH\n${toShell(behalf(), maskSecrets)}`).stdout;
    logger(`#!/bin/sh\nprintf '%s|' "$@" >> ${directory}/journal\n`);
    expect(told()).toContain('@@netvis failed 0 1');
    expect(readFileSync(join(directory, 'journal'), 'utf8')).toBe(
      '-t|netvis-ctl|run r, stage s, epoch 1: begins|-t|netvis-ctl|run r, stage s, epoch 1: ends with 1|',
    );
    logger('#!/bin/sh\nexit 1\n');
    expect(told()).toContain('@@netvis failed 0 1');
    rmSync(join(directory, 'logger'));
  });

  it('stops at the first failure, with its exit code and what it said', () => {
    const result = sh(toShell(script(raw('echo reason >&2; (exit 7)'), argv('true')), maskSecrets));
    expect(result.status).toBe(1);
    const lines = result.stdout.trim().split('\n');
    expect(parseBatchLine(lines[1] ?? '')).toEqual({ kind: 'failed', index: 0, exitCode: 7 });
    expect(lines.slice(2)).toEqual(['reason']);
  });

  it('gives a change no standard input to swallow the rest of the script', () => {
    const result = sh(toShell(script(argv('cat'), argv('true')), maskSecrets));
    expect(result.stdout).toContain('@@netvis ok 1');
  });

  it('changes nothing while another batch holds the lock of the host', () => {
    const touched = join(directory, 'touched');
    const holding = concat(raw('sh -c '), argv(toShell(script(argv('touch', touched)), maskSecrets)));
    const result = sh(toShell(script(concat(holding, raw(' >&2; cat /proc/self/fdinfo/9 2>&1; exit 1'))), maskSecrets));
    expect(result.stdout).toContain('@@netvis locked');
    expect(existsSync(touched)).toBe(false);
  });

  it('changes nothing when another batch was at work since the host was looked at', () => {
    const touched = join(directory, 'touched-late');
    const planned = script(argv('touch', touched));
    sh(toShell(script(argv('true')), maskSecrets));
    expect(sh(toShell(planned, maskSecrets))).toMatchObject({ status: 1, stdout: '@@netvis stale\n' });
    expect(existsSync(touched)).toBe(false);
  });

  it('ends between two steps, not within one, when a higher epoch comes', () => {
    const raise = raiseFence(8, fence);
    const result = sh(toShell(scriptOf(7, [change(raise, 0), change(argv('true'), 0), change(argv('false'), 1)]), maskSecrets));
    expect(result).toMatchObject({
      status: 1,
      stdout: '@@netvis start 0\n@@netvis ok 0\n@@netvis start 1\n@@netvis ok 1\n@@netvis stopped\n',
    });
  });

  it('does nothing on a host that has seen a higher epoch, and everything with the same or a greater one', () => {
    sh(toShell(raiseFence(20, fence), maskSecrets));
    expect(sh(toShell(scriptOf(19, [change(argv('true'))]), maskSecrets))).toMatchObject({ status: 1, stdout: '@@netvis stopped\n' });
    expect(sh(toShell(scriptOf(20, [change(argv('true'))]), maskSecrets)).status).toBe(0);
    expect(sh(toShell(scriptOf(21, [change(argv('true'))]), maskSecrets)).status).toBe(0);
    expect(readFileSync(join(fence, 'epoch'), 'utf8')).toBe('21\n');
    sh(toShell(raiseFence(3, fence), maskSecrets));
    expect(readFileSync(join(fence, 'epoch'), 'utf8')).toBe('21\n');
    rmSync(fence, { recursive: true });
  });

  it('changes nothing on a host that cannot keep the epoch', () => {
    writeFileSync(fence, 'a file where the folder should be');
    expect(sh(toShell(script(argv('true')), maskSecrets))).toMatchObject({ status: 1, stdout: '@@netvis unfenced\n' });
    rmSync(fence);
  });

  it('ends after the change in hand when nobody reads its progress any longer', async () => {
    const [wait, second] = ['wait', 'second'].map((name) => join(directory, name)) as [string, string];
    execFileSync('mkfifo', [wait]);
    const child = spawn('/bin/sh', { stdio: ['pipe', 'pipe', 'ignore'] });
    const ended = once(child, 'exit');
    child.stdin.end(toShell(script(argv('cat', wait), argv('touch', second)), maskSecrets));
    await once(child.stdout, 'data');
    child.stdout.destroy();
    writeFileSync(wait, 'go on');
    await ended;
    expect(existsSync(second)).toBe(false);
    expect(sh(toShell(script(argv('true')), maskSecrets)).stdout).toContain('@@netvis ok 0');
  });

  it('leaves the lock to the next batch when a daemon that a change started lives on', () => {
    const started = join(directory, 'daemon');
    sh(toShell(script(raw(`sleep 60 >/dev/null 2>&1 & echo $! > ${started}`)), maskSecrets));
    const result = sh(toShell(script(argv('true')), maskSecrets));
    process.kill(Number(readFileSync(started, 'utf8')));
    expect(result.stdout).toContain('@@netvis ok 0');
  });

  it('sends far more of a failed change than is shown, so that a secret is cut only where nobody reads', () => {
    const result = sh(toShell(script(raw('head -c 100000 /dev/zero | tr "\\0" x; echo end; (exit 3)')), maskSecrets));
    expect(result.stdout).toHaveLength('@@netvis start 0\n@@netvis failed 0 3\n'.length + 65_536);
    expect(result.stdout).toMatch(/end\n$/);
  });

  it('takes other lines for what they are', () => {
    expect(parseBatchLine('@@netvis turn 1')).toBeNull();
    expect(parseBatchLine('@@netvis ok')).toBeNull();
    expect(parseBatchLine('ok 1')).toBeNull();
  });
});

describe('inTurn', () => {
  it('tells the turn and reads, the same as long as no batch comes between', () => {
    const turn = parseTurn(look());
    expect(look()).toBe(`@@netvis turn ${turn}\nfacts\n`);
    sh(toShell(script(argv('true')), maskSecrets));
    expect(parseTurn(look())).not.toBe(turn);
  });

  it('reads nothing while a batch is at work', () => {
    const seen = join(directory, 'seen');
    const looking = concat(raw('sh -c '), argv(toShell(inTurn(argv('echo', 'facts'), { lock, waitSeconds: 0 }), maskSecrets)));
    sh(toShell(script(concat(looking, raw(` > ${seen}; true`))), maskSecrets));
    expect(readFileSync(seen, 'utf8')).toBe('@@netvis locked\n');
    expect(parseTurn('@@netvis locked\n')).toBeNull();
  });
});
