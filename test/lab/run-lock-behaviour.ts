import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunEvent } from '../../control-plane/src/core/run-event.ts';
import { eventsIn, type NetvisCtl, netvisCtl, type RunningCtl, spawnNetvisCtl } from './netvis-ctl.ts';
import { eventually, type Stack } from './stack.ts';

const patience = { forMs: 60_000, everyMs: 100 };

/** What two operators with a state directory each must meet on one stack, which is left as it should be. */
export function describeRunLock(stack: () => Stack): void {
  const second = { directory: '' };
  const theirs = (): NetvisCtl => netvisCtl(stack().inventory, { ...stack().environment, NETVIS_STATE_DIR: second.directory });

  beforeAll(async () => {
    second.directory = await mkdtemp(join(tmpdir(), 'netvis-second-'));
  });
  afterAll(async () => {
    await rm(second.directory, { recursive: true });
  });

  describeExclusion(stack, theirs);
  describeTakeover(stack, theirs);
  describeInterruption(stack);
}

function describeExclusion(stack: () => Stack, theirs: () => NetvisCtl): void {
  it('refuses a second operator while one changes the cluster, and lets who waits find it changed', async () => {
    const first = await applyThatWaits(stack());
    const refused = await theirs().apply();
    expect(refused).toMatchObject({ exitCode: 5, report: { changed: 0, problems: [{ code: 'NV_LOCKED' }] } });
    expect(refused.report.problems[0]?.message).toContain(`run ${first.run}`);
    const waiting = theirs().apply('--wait-lock', '120');
    await letGo(stack());
    expect(await endOf(first.ctl)).toBe(0);
    expect((await waiting).report).toMatchObject({ outcome: 'done', changed: 0, problems: [] });
  });
}

function describeTakeover(stack: () => Stack, theirs: () => NetvisCtl): void {
  it('takes over from an operator whose apply was killed, which can be resumed as done', async () => {
    const first = await applyThatWaits(stack());
    first.ctl.child.kill('SIGKILL');
    await endOf(first.ctl);
    await letGo(stack());
    const { report } = await theirs().apply('--wait-lock', '120');
    expect(report).toMatchObject({ outcome: 'done', changed: 1, problems: [] });
    expect((await stack().ctl('runs', 'show', first.run)).stdout).toContain(`apply --resume ${first.run}`);
    const resumed = await stack().ctl('apply', '--resume', 'last', '--json');
    expect(reportOf(resumed.stdout)).toMatchObject({ run: first.run, outcome: 'done', changed: 0 });
  });
}

function describeInterruption(stack: () => Stack): void {
  it('finishes the step in hand after Ctrl-C, begins no other, and goes on with --resume', async () => {
    await stack().lab.inside('n2', `${slowStart}; systemctl stop nginx; ${spoilKeepalived}`);
    const { ctl, run } = await startApply(stack(), ({ event }) => event === 'stage');
    await eventually(async () => expect(await activating(stack())).toBe('activating'), patience);
    ctl.child.kill('SIGINT');
    expect(await endOf(ctl)).toBe(130);
    expect(ctl.texts.stderr).toContain(`netvis-ctl apply --resume ${run}`);
    expect(reportOf(ctl.texts.stdout)).toMatchObject({ outcome: 'interrupted', changed: 1, problems: [{ code: 'NV_INTERRUPTED' }] });
    const resumed = await stack().ctl('apply', '--resume', run, '--json');
    expect(resumed.exitCode).toBe(0);
    expect(reportOf(resumed.stdout)).toMatchObject({ run, outcome: 'done', problems: [], hosts: { n2: { failed: 0 } } });
    await stack().lab.inside('n2', endSlowStart);
    expect((await stack().ctl.apply()).report.changed).toBe(0);
  });
}

const spoilKeepalived = "echo '# by hand' >> /etc/keepalived/keepalived.conf";
const slowDropIn = '/etc/systemd/system/nginx.service.d/slow.conf';
const slowStart = `printf '[Service]\\nExecStartPre=/bin/sleep 4\\n' > ${slowDropIn}; systemctl daemon-reload`;
const endSlowStart = `rm ${slowDropIn}; systemctl daemon-reload`;
const file = '/etc/postgresql-common/createcluster.d/netvis.conf';

/** An apply with one file to put back on n2 that holds the lock of the cluster and waits for the batch lock of that host. */
async function applyThatWaits(stack: Stack): Promise<{ ctl: RunningCtl; run: string }> {
  await stack.lab.inside('n2', `echo '# by hand' >> ${file}; systemd-run -q --unit=batch-held flock /run/netvis-batch.lock sleep 300`);
  return await startApply(stack, ({ event }) => event === 'stage');
}

async function letGo(stack: Stack): Promise<void> {
  await stack.lab.inside('n2', 'systemctl stop batch-held');
}

/** Starts an apply with the first operator's state and waits until it told of an event. */
async function startApply(stack: Stack, isReached: (event: RunEvent) => boolean): Promise<{ ctl: RunningCtl; run: string }> {
  const ctl = spawnNetvisCtl(['apply', stack.inventory, '--yes', '--json'], stack.environment);
  const events = await eventually(async () => {
    const told = eventsIn(ctl.texts.stdout);
    expect(told.some(isReached)).toBe(true);
    return told;
  }, patience);
  const [begin] = events;
  return { ctl, run: begin?.event === 'run' ? begin.run : '' };
}

async function endOf({ child }: RunningCtl): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  return child.exitCode;
}

async function activating(stack: Stack): Promise<string> {
  return (await stack.lab.inside('n2', 'systemctl is-active nginx || true')).stdout.trim();
}

function reportOf(stdout: string): RunEvent | undefined {
  return eventsIn(stdout).at(-1);
}
