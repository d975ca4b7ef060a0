import { expect, test, vi } from 'vitest';
import type { Moment } from '../../agent/src/core/failover/moment.ts';
import { after } from '../../agent/src/core/failover/moment.ts';
import type { Fence } from '../../agent/src/ports/fence.ts';

/** A fence to try the port on, in front of a server that lives. */
export type FenceUnderTest = {
  readonly fence: Fence;
  moment(): Moment;
  /** The last process of the server's unit ends. */
  endServer(): Promise<void>;
  /** Whether the server was killed. */
  killed(): Promise<boolean>;
};

const budgetMs = 10_000;
const soonMs = 120;
const farMs = 30_000;

/** What every fence must do. */
export function fenceContract(setUp: () => Promise<FenceUnderTest>): void {
  const armer = ({ fence, moment }: FenceUnderTest) => {
    return (epoch: number, ms: number) => fence.arm({ epoch, deadline: after(moment(), ms), postmaster: null }, budgetMs);
  };
  const fires = ({ fence, killed }: FenceUnderTest) =>
    vi.waitFor(
      async () => {
        expect(await fence.state(budgetMs)).toMatchObject({ kind: 'ok', state: { kind: 'fenced' } });
        expect(await killed()).toBe(true);
      },
      { timeout: budgetMs, interval: 20 },
    );
  const passed = (moment: () => Moment, end: Moment) =>
    vi.waitFor(() => expect(moment().monotonicMs).toBeGreaterThan(end.monotonicMs), { timeout: budgetMs, interval: 20 });

  test('at first nothing is armed, and the server could be killed', async () => {
    const { fence } = await setUp();
    const state = { kind: 'idle', epoch: 0, postmaster: null, canKill: true, bootId: expect.stringMatching(/^[0-9a-f-]{36}$/) };
    expect(await fence.state(budgetMs)).toMatchObject({ kind: 'ok', state });
  });

  test('what is armed is told back as it was given', async () => {
    const { fence, moment } = await setUp();
    const deadline = { monotonicMs: moment().monotonicMs + farMs + 1 / 3, boottimeMs: moment().boottimeMs + farMs + 2 / 3 };
    const postmaster = { pid: 4711, startTime: 9_007_199_254 };
    const armed = { kind: 'ok', state: { kind: 'armed', epoch: 7, deadline, postmaster } };
    expect(await fence.arm({ epoch: 7, deadline, postmaster }, budgetMs)).toMatchObject(armed);
    expect(await fence.state(budgetMs)).toMatchObject(armed);
  });

  test('at the deadline the server is killed though nobody says anything', async () => {
    const subject = await setUp();
    expect(await armer(subject)(1, soonMs)).toMatchObject({ kind: 'ok' });
    await fires(subject);
  });

  test.each(['monotonicMs', 'boottimeMs'] as const)('the clock that comes first decides: %s', async (first) => {
    const subject = await setUp();
    const deadline = { ...after(subject.moment(), farMs), [first]: subject.moment()[first] + soonMs };
    expect(await subject.fence.arm({ epoch: 1, deadline, postmaster: null }, budgetMs)).toMatchObject({ kind: 'ok' });
    await fires(subject);
  });

  test('a renewal in time moves the deadline away', async () => {
    const subject = await setUp();
    const arm = armer(subject);
    await arm(1, 2000);
    const end = after(subject.moment(), 2000);
    expect(await arm(1, farMs)).toMatchObject({ kind: 'ok' });
    await passed(subject.moment, end);
    expect(await subject.fence.state(budgetMs)).toMatchObject({ state: { kind: 'armed' } });
    expect(await subject.killed()).toBe(false);
  });

  test('a deadline may be told to come nearer', async () => {
    const subject = await setUp();
    const arm = armer(subject);
    await arm(1, farMs);
    await arm(1, soonMs);
    await fires(subject);
  });

  test('an older epoch changes nothing', async () => {
    const subject = await setUp();
    const arm = armer(subject);
    const armed = await arm(5, farMs);
    if (armed.kind !== 'ok') throw new Error(JSON.stringify(armed));
    expect(await arm(4, farMs)).toEqual({ kind: 'refused', code: 'older-epoch', state: armed.state });
    expect(await subject.fence.withdraw(4, budgetMs)).toEqual({ kind: 'refused', code: 'older-epoch', state: armed.state });
  });

  test('a deadline that has passed or is out of reason is refused, by either clock', async () => {
    const { fence, moment } = await setUp();
    const arm = (deadline: Moment) => fence.arm({ epoch: 1, deadline, postmaster: null }, budgetMs);
    const good = after(moment(), farMs);
    const past = after(moment(), -1);
    const beyond = after(moment(), 90_000);
    for (const clock of ['monotonicMs', 'boottimeMs'] as const) {
      expect(await arm({ ...good, [clock]: past[clock] })).toMatchObject({ kind: 'refused', code: 'expired', state: { kind: 'idle' } });
      expect(await arm({ ...good, [clock]: beyond[clock] })).toMatchObject({ kind: 'refused', code: 'too-far', state: { kind: 'idle' } });
    }
  });

  test('once it has fenced, only a greater epoch arms it again', async () => {
    const subject = await setUp();
    const arm = armer(subject);
    await arm(3, soonMs);
    await fires(subject);
    expect(await arm(3, farMs)).toMatchObject({ kind: 'refused', code: 'fenced', state: { kind: 'fenced', epoch: 3 } });
    expect(await subject.fence.withdraw(3, budgetMs)).toMatchObject({ kind: 'ok', state: { kind: 'fenced' } });
    expect(await arm(4, farMs)).toMatchObject({ kind: 'ok', state: { kind: 'armed', epoch: 4 } });
  });

  test('a deadline is taken back only when the server is gone', async () => {
    const subject = await setUp();
    const arm = armer(subject);
    await arm(1, 2000);
    const end = after(subject.moment(), 2000);
    expect(await subject.fence.withdraw(1, budgetMs)).toMatchObject({ kind: 'refused', code: 'busy', state: { kind: 'armed' } });
    await subject.endServer();
    expect(await subject.fence.withdraw(1, budgetMs)).toMatchObject({ kind: 'ok', state: { kind: 'withdrawn', epoch: 1 } });
    await passed(subject.moment, end);
    expect(await subject.fence.state(budgetMs)).toMatchObject({ state: { kind: 'withdrawn' } });
    expect(await subject.killed()).toBe(false);
    expect(await arm(1, farMs)).toMatchObject({ kind: 'ok', state: { kind: 'armed' } });
  });
}
