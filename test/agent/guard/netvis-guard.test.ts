import { once } from 'node:events';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { hostMoment } from '../../../agent/src/adapters/host-clock.ts';
import { after } from '../../../agent/src/core/failover/moment.ts';
import { armGuard, becomes, guardPlace, isOver, startGuard } from '../../support/guard-process.ts';

const budgetMs = 10_000;
const farMs = 30_000;
const soon = { timeout: budgetMs, interval: 10 };

/** Says lines over one connection and gives the answers, at most so many; fewer when the guard hangs up. */
function converse(socket: string, text: string, count: number): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const connection = connect(socket, () => connection.write(text));
    let heard = '';
    const lines = () => heard.split('\n').slice(0, -1);
    connection.setEncoding('utf8').on('data', (chunk) => {
      heard += chunk;
      if (lines().length >= count) connection.destroy();
    });
    connection.on('error', () => connection.destroy()).on('close', () => resolve(lines()));
  });
}

/** Says something and closes the connection without waiting for an answer. */
function hangUp(socket: string, text: string): Promise<void> {
  return new Promise((resolve) => {
    const connection = connect(socket, () => connection.end(text));
    connection.resume().on('error', () => connection.destroy());
    connection.on('close', () => resolve());
  });
}

describe('the deadline', () => {
  test('when it comes, the unit is killed, the role lowered, the address taken away, and the journal told how late', async () => {
    const place = await guardPlace();
    await writeFile(place.role, '0\n');
    const guard = await startGuard(place);
    await armGuard(guard, 7, 100);
    await becomes(guard, 'fenced');
    expect(await place.killText()).toBe('1\n');
    expect(await readFile(place.role, 'utf8')).toBe('1\n');
    expect(await place.commands()).toEqual(['ip address delete 10.0.0.5/24 dev host0']);
    expect(guard.said()).toMatch(/^<2>netvis-guard: fenced epoch 7: its deadline passed [\d.]+ ms before; wrote \S+cgroup.kill/m);
  });

  test('a renewal that comes after it does not count, though nobody noticed the deadline before', async () => {
    const place = await guardPlace();
    const guard = await startGuard(place);
    const open = connect(place.socket, () => open.write('state\n'));
    await once(open, 'data');
    await armGuard(guard, 7, 1000);
    const endMs = hostMoment().monotonicMs + 1000;
    const later = after(hostMoment(), farMs);
    guard.signal('SIGSTOP');
    const late = armGuard(guard, 7, farMs);
    open.write(`arm ${hostMoment().monotonicMs} 7 ${later.monotonicMs} ${later.boottimeMs} 12 34\n`);
    await isOver(endMs);
    expect(await place.killText()).toBe('');
    const answer = once(open, 'data');
    guard.signal('SIGCONT');
    expect(await late).toMatchObject({ kind: 'refused', code: 'fenced' });
    expect(`${(await answer)[0]}`).toMatch(/^fenced fenced 7 /);
    open.destroy();
    expect(await place.killText()).toBe('1\n');
  });

  test('a connection that closes, in mid-command too, changes nothing', async () => {
    const place = await guardPlace();
    const guard = await startGuard(place);
    await armGuard(guard, 7, 1500);
    for (const text of ['', 'withdraw 9', 'state\n']) await hangUp(place.socket, text);
    expect(await guard.fence.state(budgetMs)).toMatchObject({ state: { kind: 'armed', epoch: 7 } });
    await becomes(guard, 'fenced');
  });

  test('a role that is raised after the fence is lowered again, until a new deadline is armed', async () => {
    const place = await guardPlace();
    const guard = await startGuard(place);
    await armGuard(guard, 7, 50);
    await becomes(guard, 'fenced');
    await writeFile(place.role, '0\n');
    await vi.waitFor(async () => expect(await readFile(place.role, 'utf8')).toBe('1\n'), soon);
    await armGuard(guard, 8, farMs);
    await writeFile(place.role, '0\n');
    await guard.fence.state(budgetMs);
    expect(await readFile(place.role, 'utf8')).toBe('0\n');
  });

  test('a role that claims nothing stays as it is on a fenced host', async () => {
    const place = await guardPlace();
    const guard = await startGuard(place);
    await armGuard(guard, 7, 50);
    await becomes(guard, 'fenced');
    await writeFile(place.role, 'claims-nothing\n');
    for (const _ of [1, 2, 3]) await guard.fence.state(budgetMs);
    expect(await readFile(place.role, 'utf8')).toBe('claims-nothing\n');
  });

  test('without a cgroup to kill, systemctl is asked', async () => {
    const place = await guardPlace();
    await rm(`${place.directory}/unit`, { recursive: true });
    const guard = await startGuard(place);
    expect(await armGuard(guard, 7, 50)).toMatchObject({ kind: 'ok', state: { canKill: false } });
    await becomes(guard, 'fenced');
    expect(await place.commands()).toContain('systemctl kill -s KILL --kill-whom=all netvis-postgres.service');
  });
});

describe('the protocol', () => {
  test('what is not a command is refused and changes nothing', async () => {
    const place = await guardPlace();
    const guard = await startGuard(place);
    await armGuard(guard, 7, farMs);
    const { monotonicMs } = hostMoment();
    const wrong = [
      '',
      'arm',
      `arm ${monotonicMs} 8 1 1`,
      `arm ${monotonicMs} -8 1 1 1 1`,
      `arm ${monotonicMs} 8 1e9 1e9 1 1`,
      `arm ${monotonicMs} 8 0x5 1 1 1`,
      `ARM ${monotonicMs} 8 1 1 1 1`,
      `withdraw ${monotonicMs}`,
      `withdraw ${monotonicMs} 7 `,
      `withdraw  ${monotonicMs} 7`,
      'state now',
      'fence',
      'state\r',
      'state\0',
    ];
    const answers = await converse(place.socket, `${wrong.join('\n')}\nstate\n`, wrong.length + 1);
    expect(answers.slice(0, -1).map((line) => line.split(' ').slice(0, 3))).toEqual(wrong.map(() => ['malformed', 'armed', '7']));
    expect(answers.at(-1)).toMatch(/^ok armed 7 /);
  });

  test('a line without an end is hung up on', async () => {
    const place = await guardPlace();
    const guard = await startGuard(place);
    expect(await converse(place.socket, 'x'.repeat(5000), 1)).toEqual([]);
    expect(await guard.fence.state(budgetMs)).toMatchObject({ kind: 'ok' });
  });

  test('a command that was spoken before one already heard is stale, one from the future is refused', async () => {
    const place = await guardPlace();
    const guard = await startGuard(place);
    const { monotonicMs } = hostMoment();
    await armGuard(guard, 7, farMs);
    await place.populate(false);
    const far = hostMoment().monotonicMs + 1000;
    const answers = await converse(
      place.socket,
      `withdraw ${monotonicMs} 7\narm ${monotonicMs} 8 ${far} ${far} 1 1\nwithdraw ${far} 7\n`,
      3,
    );
    expect(answers.map((line) => line.split(' ').slice(0, 3))).toEqual([
      ['stale', 'armed', '7'],
      ['stale', 'armed', '7'],
      ['future', 'armed', '7'],
    ]);
  });

  test('of many connections that say nothing the oldest are hung up on, and nobody is kept out', async () => {
    const place = await guardPlace();
    const guard = await startGuard(place);
    const first = connect(place.socket).resume();
    const hungUp = once(first, 'close');
    const idle = Array.from({ length: 40 }, () => connect(place.socket).on('error', () => undefined));
    await hungUp;
    expect(await armGuard(guard, 7, farMs)).toMatchObject({ kind: 'ok' });
    for (const each of idle) each.destroy();
  });

  test('the socket is for root alone, and a second guard leaves the first in place', async () => {
    const place = await guardPlace();
    const guard = await startGuard(place);
    expect((await stat(place.socket)).mode & 0o077).toBe(0);
    await armGuard(guard, 7, farMs);
    expect(place.run()).not.toBe(0);
    expect(await guard.fence.state(budgetMs)).toMatchObject({ state: { kind: 'armed' } });
  });
});
