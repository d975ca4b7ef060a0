import { expect, test } from 'vitest';
import { NvError } from '../../../control-plane/src/core/errors.ts';
import { partSchema, sitePlaybookSchema } from '../../../control-plane/src/core/playbook.ts';
import type { CommandOutput } from '../../../control-plane/src/core/remote-command.ts';
import type { RunEvent } from '../../../control-plane/src/core/run-event.ts';
import { runStage } from '../../../control-plane/src/execute/run-stage.ts';
import { buildLive } from '../../support/build-live.ts';
import { buildRunRecord } from '../../support/build-run-record.ts';
import { buildRunSite } from '../../support/build-run-site.ts';
import { type Answer, fakeRemoteHosts, localShell } from '../../support/fake-remote-hosts.ts';

const secret = 'correct-horse-battery';

/** A stage with a directory to make on one host; the batch itself is answered by `batch`, never run. */
function stageWith(batch: () => CommandOutput, beforeChange: () => Promise<void> = async () => undefined) {
  const base = buildRunSite(buildRunRecord({ mode: 'apply' }));
  const steps = [{ name: 'folder', kind: 'directory', path: '/nowhere/netvis' }];
  const isBatch = (script: string) => script.includes('nv_say start');
  // A look at the facts of a host where no batch ever was, at this machine's own.
  const look: Answer = async (script, context) => {
    const facts = await localShell(script.slice(script.indexOf('exec 9>&-')), context);
    return { ...facts, stdout: `@@netvis turn \n${facts.stdout}` };
  };
  const remotes = fakeRemoteHosts({ answer: (script, context) => (isBatch(script) ? batch() : look(script, context)) });
  const run = {
    ...base,
    remotes,
    playbook: sitePlaybookSchema.parse({ stages: [{ stage: 'base', part: 'base' }] }),
    parts: new Map([['base', partSchema.parse({ part: 'base', roles: 'all', steps })]]),
    secrets: { ...base.secrets, mask: (text: string) => text.replaceAll(secret, '[secret]') },
  };
  const events: RunEvent[] = [];
  const emit = async (more: readonly RunEvent[]) => void events.push(...more);
  const [host] = run.site.hosts;
  if (!host) throw new Error('a site without hosts');
  const sent = () => remotes.calls.filter(({ script }) => isBatch(script)).length;
  return {
    run: () => runStage(run, host, { live: buildLive({}), systems: {}, stage: 'base', epoch: 3, emit, beforeChange }),
    events,
    sent,
  };
}

const says = (stdout: string) => ({ exitCode: 1, stdout, stderr: '' });

test('a host where another batch is still at work is left to it', async () => {
  await expect(stageWith(() => says('@@netvis locked\n')).run()).rejects.toMatchObject({ code: 'NV_LOCKED' });
});

test('a host is looked at again when another batch came between, and is left to others that keep coming', async () => {
  const answers = ['@@netvis stale\n', '@@netvis start 0\n@@netvis failed 0 7\n'];
  const once = stageWith(() => says(answers.shift() ?? ''));
  expect(await once.run()).toMatchObject({ failed: true });
  expect(once.sent()).toBe(2);
  await expect(stageWith(() => says('@@netvis stale\n')).run()).rejects.toMatchObject({ code: 'NV_LOCKED' });
});

test('a batch that never ends is a failed step, which nobody tries again, and not a lost connection', async () => {
  const never = () => {
    throw new NvError({ code: 'NV_SSH_TIMEOUT', message: 'too long' });
  };
  await expect(stageWith(never).run()).rejects.toMatchObject({ code: 'NV_STEP_FAILED' });
});

test('no batch is sent once the right to change the cluster is gone', async () => {
  const lost = new NvError({ code: 'NV_LOCKED', message: 'gone' });
  const stage = stageWith(
    () => says(''),
    async () => Promise.reject(lost),
  );
  await expect(stage.run()).rejects.toBe(lost);
  expect(stage.sent()).toBe(0);
});

test('what a failed change said is shown from its end, with every secret masked', async () => {
  const said = `${'x'.repeat(20_000)}\npassword ${secret}\n`;
  const stage = stageWith(() => says(`@@netvis start 0\n@@netvis failed 0 7\n${said}`));
  expect(await stage.run()).toMatchObject({ failed: true });
  expect(stage.events).toMatchObject([{ outcome: 'failed', problem: { message: 'exit code 7: password [secret]' } }]);
});
