import { connect } from 'node:net';
import type { Fence, FenceAnswer } from '../../ports/fence.ts';
import { reasonOf } from '../../sensors/deadline.ts';
import { hostMonotonicMs } from '../host-clock.ts';
import { armLine, parseAnswer, stateLine, withdrawLine } from './guard-lines.ts';

/**
 * netvis-guard behind its unix socket. Each call is a connection of its own, so no late answer is taken for another
 * call's; each command carries the moment it was spoken, by which the guard keeps the order.
 */
export function guardFence(socketPath: string): Fence {
  const say = async (line: string, budgetMs: number): Promise<FenceAnswer> => {
    try {
      return parseAnswer(await converse(socketPath, line, AbortSignal.timeout(Math.ceil(budgetMs))));
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

/** The first line that comes back. */
function converse(path: string, line: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path, signal });
    let heard = '';
    socket.setEncoding('latin1');
    socket.on('connect', () => socket.write(`${line}\n`));
    socket.on('data', (chunk) => {
      heard += chunk;
      const end = heard.indexOf('\n');
      if (end < 0) return;
      resolve(heard.slice(0, end));
      socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the guard hung up')));
  });
}
