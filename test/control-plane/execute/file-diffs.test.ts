import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { PlannedStep } from '../../../control-plane/src/core/plan.ts';
import { argv } from '../../../control-plane/src/core/remote-command.ts';
import { revealSecrets, secretToken } from '../../../control-plane/src/core/secret.ts';
import type { FilePreview } from '../../../control-plane/src/core/steps/step-kind.ts';
import { fileDiffs } from '../../../control-plane/src/execute/file-diffs.ts';
import type { HostPlan } from '../../../control-plane/src/execute/plan-events.ts';
import { buildRunRecord } from '../../support/build-run-record.ts';
import { buildRunSite } from '../../support/build-run-site.ts';
import { buildStep } from '../../support/build-step.ts';
import { fakeRemoteHosts } from '../../support/fake-remote-hosts.ts';

const secret = 'current-secret';
const lookup = () => secret;
const sealed = (text: string) => ({ text, sha256: createHash('sha256').update(revealSecrets(text, lookup)).digest('hex') });
const line = (text: string) => `=${Buffer.from(text).toString('base64')}\n`;

/** A run over hosts that answer a reading with `stdout`. */
function runWith(stdout: string) {
  const remotes = fakeRemoteHosts({ answer: () => ({ exitCode: 0, stdout, stderr: '' }), lookup });
  const base = buildRunSite(buildRunRecord({ mode: 'plan', diff: true, forks: 2 }));
  const secrets = { ...base.secrets, seal: sealed, mask: (text: string) => text.replaceAll(secret, '[secret redis]') };
  return { run: { ...base, remotes, secrets }, remotes, hosts: base.site.hosts };
}

function changing(file: Partial<FilePreview>): PlannedStep {
  const preview = { path: '/etc/x', text: 'a\n', restricted: false, ...file };
  const changes = [{ summary: 'x', command: argv('true'), file: preview }];
  return { step: buildStep(), diff: { kind: 'change', summary: 'x', changes } };
}

const noop: PlannedStep = { step: buildStep(), diff: { kind: 'noop', reason: '' } };

function planOf(hosts: readonly HostPlan['host'][], steps: (host: number) => readonly PlannedStep[]): readonly HostPlan[] {
  return hosts.map((host, i) => ({ host, steps: steps(i) }));
}

describe('fileDiffs', () => {
  it('asks no host where nothing changes, nor where the facts tell what is there', async () => {
    const { run, remotes, hosts } = runWith('');
    const known = changing({ present: { kind: 'absent' } });
    const diffs = await fileDiffs(
      run,
      planOf(hosts, (i) => (i === 0 ? [noop, known] : [noop])),
    );
    expect(remotes.calls).toEqual([]);
    expect([...diffs]).toEqual([[known, '--- /dev/null\n+++ /etc/x\n@@ -0,0 +1,1 @@\n+a']]);
  });

  it('reads all files of a host in one round trip, and only on hosts that change', async () => {
    const { run, remotes, hosts } = runWith(`${line('b\n')}+\n`);
    const steps = [changing({}), noop, changing({ path: '/etc/y' })];
    const diffs = await fileDiffs(
      run,
      planOf(hosts, (i) => (i < 3 ? steps.map((step) => ({ ...step })) : [noop])),
    );
    expect(remotes.calls.map(({ host }) => host)).toEqual(hosts.slice(0, 3).map(({ name }) => name));
    expect([...diffs.values()].slice(0, 2)).toEqual([
      '--- /etc/x\n+++ /etc/x\n@@ -1,1 +1,1 @@\n-b\n+a',
      '--- /etc/y\n+++ /etc/y\nnot shown: the present file is too large',
    ]);
    expect(diffs.size).toBe(6);
  });

  it('holds no secret, neither the present one nor an old one', async () => {
    const { run, hosts } = runWith(line(`auth ${secret}\nmaster old-secret\nport 1\n`));
    const step = changing({ text: `auth ${secretToken('redis')}\nport 2\n` });
    const diffs = await fileDiffs(
      run,
      planOf(hosts.slice(0, 1), () => [step]),
    );
    const hidden = '-[a line of a file with secrets]';
    expect(diffs.get(step)?.split('\n').slice(2)).toEqual(['@@ -1,3 +1,2 @@', ' auth [secret redis]', hidden, hidden, '+port 2']);
  });

  it('says why a host’s files are not shown, and shows those of the others', async () => {
    const { run, remotes, hosts } = runWith(line('b\n'));
    remotes.fail(hosts[0]?.name ?? '', 'NV_SSH_LOST');
    const diffs = await fileDiffs(
      run,
      planOf(hosts.slice(0, 2), () => [changing({})]),
    );
    expect([...diffs.values()].map((diff) => diff.split('\n').slice(2))).toEqual([
      ['not shown: NV_SSH_LOST'],
      ['@@ -1,1 +1,1 @@', '-b', '+a'],
    ]);
  });
});
