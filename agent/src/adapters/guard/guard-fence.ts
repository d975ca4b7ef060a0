import type { Fence, FenceAnswer } from '../../ports/fence.ts';
import { reasonOf } from '../../sensors/deadline.ts';
import { hostMonotonicMs } from '../host-clock.ts';
import { connectToGuard, type GuardConnection } from './guard-connection.ts';
import { armLine, parseAnswer, stateLine, withdrawLine } from './guard-lines.ts';

/**
 * netvis-guard behind its unix socket. A connection that has answered is kept for the next call; calls at the same time
 * have one each. Each command carries the moment it was spoken, by which the guard keeps the order.
 */
export function guardFence(socketPath: string): Fence {
  const ask = askOnKept(socketPath);
  const say = async (line: string, budgetMs: number): Promise<FenceAnswer> => {
    try {
      return parseAnswer(await ask(line, AbortSignal.timeout(Math.ceil(budgetMs))));
    } catch (error) {
      return { kind: 'unreachable', reason: reasonOf(error) };
    }
  };
  return {
    arm: (deadline, budgetMs) => say(armLine(hostMonotonicMs(), deadline), budgetMs),
    withdraw: (epoch, budgetMs) => say(withdrawLine(hostMonotonicMs(), epoch), budgetMs),
    state: (budgetMs) => say(stateLine, budgetMs),
  };
}

/**
 * Asks on the connection that is kept, or on a new one: when there is none, or the guard ended it since, as its restart
 * does. The line stays what it was: of a command that was heard though its answer was lost the guard says that it is stale,
 * and one that was spoken later is never undone.
 */
function askOnKept(socketPath: string): (line: string, deadline: AbortSignal) => Promise<string> {
  let kept: GuardConnection | null = null;
  const askOn = async (connection: GuardConnection, line: string, deadline: AbortSignal) => {
    const answer = await connection.ask(line, deadline);
    if (kept) connection.close();
    else kept = connection;
    return answer;
  };
  return async (line, deadline) => {
    const before = kept;
    kept = null;
    try {
      if (before?.isOpen()) return await askOn(before, line, deadline);
    } catch (error) {
      if (deadline.aborted) throw error;
    }
    return await askOn(connectToGuard(socketPath), line, deadline);
  };
}
