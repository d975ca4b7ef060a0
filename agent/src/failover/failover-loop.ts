import type { Decision } from '../core/failover/decision.ts';
import type { Intent } from '../core/failover/intent.ts';
import type { Durable, Memory } from '../core/failover/memory.ts';
import type { Moment } from '../core/failover/moment.ts';
import type { View } from '../core/failover/view.ts';

/** What a turn works with. Nothing here waits: an operation's end is told by `wake`. */
export type LoopParts = {
  moment(): Moment;
  /** Everything a decision may depend on, as it is now. */
  view(now: Moment): View;
  decide(view: View, memory: Memory): Decision;
  /** On disk when it returns. Throws when it cannot be written: then nothing may be done any more. */
  persist(durable: Durable): void;
  /** Starts one intent. */
  dispatch(intent: Intent): void;
  /** Every decision, once its intents are on their way. */
  told(decision: Decision): void;
  /** Calls back at this time of CLOCK_MONOTONIC; gives what takes that back. */
  callAt(monotonicMs: number, call: () => void): () => void;
  /** Calls back soon, after what is under way. */
  callSoon(call: () => void): void;
};

/** `wake` asks for a turn soon, however often it is called meanwhile; `stop` ends the turns. */
export type FailoverLoop = { wake(): void; stop(): void; memory(): Memory };

/**
 * view → decide → persist → dispatch, one turn at a time. A turn comes of every event and at the latest when the last
 * decision asked for it; what a decision remembers is on disk before its intents are carried out (R3).
 */
export function createFailoverLoop(parts: LoopParts, first: Memory): FailoverLoop {
  let memory = first;
  let isDue = false;
  let isStopped = false;
  let cancelTimer = () => {};
  const turn = () => {
    isDue = false;
    if (isStopped) return;
    cancelTimer();
    const decision = parts.decide(parts.view(parts.moment()), memory);
    if (decision.memory.durable !== memory.durable) parts.persist(decision.memory.durable);
    memory = decision.memory;
    for (const intent of decision.intents) parts.dispatch(intent);
    parts.told(decision);
    cancelTimer = parts.callAt(decision.wakeAtMs, wake);
  };
  const wake = () => {
    if (isDue) return;
    isDue = true;
    parts.callSoon(turn);
  };
  return {
    wake,
    stop() {
      isStopped = true;
      cancelTimer();
    },
    memory: () => memory,
  };
}
