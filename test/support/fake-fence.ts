import { randomUUID } from 'node:crypto';
import { after, elapsedForHolder, type Moment } from '../../agent/src/core/failover/moment.ts';
import type { ArmedDeadline, Fence, FenceAnswer, FenceRefusal, FenceState } from '../../agent/src/ports/fence.ts';

/** What the fake needs of the world; with virtual clocks it runs in virtual time. */
export type FenceWorld = {
  moment(): Moment;
  /** Whether the server's unit holds a process. */
  serverLives(): boolean;
  kill(): void;
  /** Calls get no answer and are not heard while this is false. */
  isReachable(): boolean;
};

const longestMs = 60_000;

/** A guard that looks at the clocks whenever it is asked, and when the test lets time pass by `check`. */
export function fakeFence(world: FenceWorld, bootId: string = randomUUID()): Fence & { check(): void } {
  let state: FenceState = { kind: 'idle', epoch: 0, deadline: { monotonicMs: 0, boottimeMs: 0 }, postmaster: null, bootId, canKill: true };
  const check = () => {
    if (state.kind !== 'armed' || elapsedForHolder(state.deadline, world.moment()) < 0) return;
    state = { ...state, kind: 'fenced' };
    world.kill();
  };
  const hear = async (run: () => FenceRefusal | null): Promise<FenceAnswer> => {
    if (!world.isReachable()) return { kind: 'unreachable', reason: 'no such guard' };
    check();
    const code = run();
    return code === null ? { kind: 'ok', state } : { kind: 'refused', code, state };
  };
  const arm = (told: ArmedDeadline) => {
    const refusal = refusalOf(told, state, world.moment());
    if (refusal === null) state = { ...state, ...told, kind: 'armed' };
    return refusal;
  };
  const withdraw = (epoch: number) => {
    if (epoch < state.epoch) return 'older-epoch';
    if (state.kind !== 'armed') return null;
    if (world.serverLives()) return 'busy';
    state = { ...state, kind: 'withdrawn' };
    return null;
  };
  return { check, arm: (told) => hear(() => arm(told)), withdraw: (epoch) => hear(() => withdraw(epoch)), state: () => hear(() => null) };
}

function refusalOf({ epoch, deadline }: ArmedDeadline, state: FenceState, now: Moment): FenceRefusal | null {
  if (epoch < state.epoch) return 'older-epoch';
  if (state.kind === 'fenced' && epoch === state.epoch) return 'fenced';
  if (elapsedForHolder(deadline, now) >= 0) return 'expired';
  const latest = after(now, longestMs);
  return deadline.monotonicMs > latest.monotonicMs || deadline.boottimeMs > latest.boottimeMs ? 'too-far' : null;
}
