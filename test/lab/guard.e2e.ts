import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { guardFence } from '../../agent/src/adapters/guard/guard-fence.ts';
import { hostMoment } from '../../agent/src/adapters/host-clock.ts';
import { after } from '../../agent/src/core/failover/moment.ts';
import type { Fence } from '../../agent/src/ports/fence.ts';
import { detectLayout } from './cgroup.ts';
import { type Lab, openLab } from './lab.ts';
import { findLeader } from './power.ts';
import { repository } from './stack.ts';

/** netvis-guard under a real systemd, in front of processes that stand for PostgreSQL. */
const host = 'n1';
const program = '/opt/netvis/bin/netvis-guard';
const budgetMs = 10_000;
const farMs = 30_000;
const soon = { timeout: budgetMs, interval: 5 };

let lab: Lab;
/** The host's file system. */
let root: string;
let fence: Fence;
let epoch = 0;

const inside = async (command: string, input?: string) => {
  const outcome = await lab.inside(host, command, input === undefined ? {} : { input });
  if (outcome.exitCode !== 0) throw new Error(`${command}: ${outcome.stderr}${outcome.stdout}`);
  return outcome.stdout.trim();
};
const install = async (path: string, text: string) => inside(`mkdir -p $(dirname ${path}) && cat > ${path} && chmod 755 ${path}`, text);
const mainPid = async () => Number(await inside('systemctl show -p MainPID --value netvis-guard.service'));

/** The processes of a unit as this machine numbers them, read without a process of its own: it is cheap and prompt. */
async function pidsOf(unit: string): Promise<readonly number[]> {
  const paths = ['', 'unified/'].map((part) => `${root}/sys/fs/cgroup/${part}system.slice/${unit}/cgroup.procs`);
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8').catch(() => '')));
  return (texts.find((text) => text !== '') ?? '').split('\n').filter(Boolean).map(Number);
}
const processes = async () => (await pidsOf('netvis-postgres.service')).length;
const signalGuard = async (signal: NodeJS.Signals) => process.kill((await pidsOf('netvis-guard.service'))[0] ?? Number.NaN, signal);

const arm = (ms: number) => fence.arm({ epoch, deadline: after(hostMoment(), ms), postmaster: null }, budgetMs);
const deadlineMs = async () => {
  const answer = await fence.state(budgetMs);
  return answer.kind === 'ok' ? answer.state.deadline.monotonicMs : Number.NaN;
};
const becomes = (kind: string) =>
  vi.waitFor(async () => expect(await fence.state(budgetMs)).toMatchObject({ kind: 'ok', state: { kind } }), soon);

/** Waits until the server is dead; tells how long after `sinceMs` that was seen. */
async function dies(event: string, sinceMs: number): Promise<void> {
  await vi.waitFor(async () => expect(await processes()).toBe(0), soon);
  console.log(`${event}: server seen dead ${(hostMoment().monotonicMs - sinceMs).toFixed(0)} ms later`);
}

beforeAll(async () => {
  lab = openLab({ shape: 'compact' });
  await lab.up({ hosts: [host], fresh: true });
  const source = (path: string) => readFile(`${repository}/agent/${path}`, 'utf8');
  await install(program, await source('guard/netvis-guard'));
  await install('/etc/systemd/system/netvis-guard.service', await source('systemd/netvis-guard.service'));
  const server = "[Service]\nExecStart=/bin/sh -c 'sleep 1000 & sleep 1000 & exec sleep 1000'\n";
  await install('/etc/systemd/system/netvis-postgres.service', server);
  const kill = ['', 'unified/'].map((part) => `kill /sys/fs/cgroup/${part}system.slice/netvis-postgres.service/cgroup.kill`);
  const own = ['socket /run/netvis/guard.sock', 'lease /run/netvis/lease', 'unit netvis-postgres.service'];
  await install('/etc/netvis/guard.conf', [...own, ...kill, 'role /run/netvis/vip-weight 1', 'address host0 10.99.0.1/32', ''].join('\n'));
  await inside('systemctl daemon-reload && systemctl start netvis-guard.service');
  const leader = await findLeader((await lab.hosts())[0] as Awaited<ReturnType<Lab['hosts']>>[number], detectLayout());
  root = `/proc/${leader}/root`;
  fence = guardFence(`${root}/run/netvis/guard.sock`);
});

afterAll(() => lab.down());

beforeEach(async () => {
  epoch += 1;
  await inside('systemctl reset-failed netvis-postgres.service 2>/dev/null; systemctl start netvis-postgres.service');
  await vi.waitFor(async () => expect(await processes()).toBe(3), soon);
});

describe('netvis-guard under systemd', () => {
  it('runs ahead of everything else, with its memory locked', async () => {
    const pid = await mainPid();
    // A machine without CAP_SYS_RESOURCE keeps systemd from setting the score itself.
    expect(await inside('systemctl show -p OOMScoreAdjust --value netvis-guard.service')).toBe('-1000');
    const status = await inside(`cat /proc/${pid}/status; chrt -p ${pid}`);
    expect(status).toContain('SCHED_FIFO');
    expect(status).toMatch(/^VmLck:\s+[1-9]/m);
    console.log(/^VmRSS.*$/m.exec(status)?.[0]);
  });

  it('kills at the deadline, lowers the role and takes the address away', async () => {
    await inside('ip address add 10.99.0.1/32 dev host0; echo 0 > /run/netvis/vip-weight');
    expect(await arm(500)).toMatchObject({ kind: 'ok', state: { canKill: true } });
    await dies('deadline', await deadlineMs());
    await becomes('fenced');
    expect(await inside('cat /run/netvis/vip-weight')).toBe('1');
    expect(await inside('ip -brief address show dev host0')).not.toContain('10.99.0.1');
    console.log(await inside('journalctl -u netvis-guard.service -o cat -p crit'));
  });

  it.each([1, 2, 3])('kills at the deadline with the host’s processors busy (%i)', async () => {
    await inside('systemd-run -q --collect -p RuntimeMaxSec=3 sh -c "for i in 1 2 3 4 5 6; do while :; do :; done & done; wait"');
    await arm(1000);
    await dies('deadline, busy', await deadlineMs());
    console.log(await inside('journalctl -u netvis-guard.service -o cat -p crit -n 1'));
  });

  it.each(['SIGKILL', 'SIGSTOP'] as const)('is fenced for by systemd when it gets %s', async (signal) => {
    const before = await mainPid();
    await arm(farMs);
    await signalGuard(signal);
    await dies(signal, hostMoment().monotonicMs);
    await becomes('fenced');
    expect(await mainPid()).not.toBe(before);
  });

  it.each(['stop', 'restart'])('fences when an operator says %s while it is armed', async (verb) => {
    await arm(farMs);
    await inside(`systemctl ${verb} netvis-guard.service`);
    await dies(verb, hostMoment().monotonicMs);
    await inside('systemctl start netvis-guard.service');
    await becomes('fenced');
  });

  it('costs no server when it dies with nothing armed', async () => {
    await arm(farMs);
    await inside('systemctl stop netvis-postgres.service');
    expect(await fence.withdraw(epoch, budgetMs)).toMatchObject({ kind: 'ok', state: { kind: 'withdrawn' } });
    await inside('systemctl start netvis-postgres.service');
    const before = await mainPid();
    await signalGuard('SIGKILL');
    await vi.waitFor(async () => expect(await mainPid()).not.toBe(before), soon);
    await becomes('withdrawn');
    expect(await processes()).toBe(3);
  });

  it('is upgraded by a reload, with its pid and its deadline, and the server lives on until that', async () => {
    const before = await mainPid();
    await arm(8000);
    const armed = await fence.state(budgetMs);
    await inside('systemctl reload netvis-guard.service');
    const said = () => inside('journalctl -u netvis-guard.service -o cat -n 6');
    await vi.waitFor(async () => expect(await said()).toMatch(new RegExp(`replaces itself[^]*armed, epoch ${epoch}`)), soon);
    expect([await mainPid(), await fence.state(budgetMs), await processes()]).toEqual([before, armed, 3]);
    await vi.waitFor(async () => expect(await processes()).toBe(0), soon);
  });

  it('is fenced for when its program no longer runs, and comes back when that is mended', async () => {
    const good = await inside(`cat ${program}`);
    expect(await arm(farMs)).toMatchObject({ kind: 'ok' });
    await install(program, 'this is no program;');
    await inside('systemctl reload netvis-guard.service || true');
    await dies('broken upgrade', hostMoment().monotonicMs);
    await install(program, `${good}\n`);
    await becomes('armed');
  });
});
