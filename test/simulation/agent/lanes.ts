/** Operations: at most one in a lane, each ended once, and the rest of the run told of every step. */
import type { Lane } from '../../../agent/src/core/failover/view.ts';
import { type Agent, inAgent, momentOf, type Operation } from './agent.ts';

export type Ending = (failure: string | null) => void;

/** `step` names the operation to the rest of the run where its kind alone says too little. */
export type Begin = { readonly lane: Lane; readonly kind: string; readonly step?: string; readonly isBoundTo?: Operation['server'] };

/**
 * Takes the lane. The ending it returns may be called from anywhere in the host, more than once: the process learns of
 * it a little later, if it lives.
 */
export function begin(agent: Agent, { lane, kind, step = kind, isBoundTo = null }: Begin, whenOver: () => void): Ending {
  const operation: Operation = { kind, since: momentOf(agent), server: isBoundTo };
  agent.lanes[lane].busy = operation;
  return (failure) =>
    inAgent(agent, {
      delayMs: agent.world.noise.agent.between(0.1, 1),
      run: () => over(agent, { lane, operation, step, failure }, whenOver),
    });
}

function over(agent: Agent, end: { lane: Lane; operation: Operation; step: string; failure: string | null }, whenOver: () => void): void {
  const state = agent.lanes[end.lane];
  if (state.busy !== end.operation) return;
  const { kind } = end.operation;
  state.busy = null;
  state.last = { kind, at: momentOf(agent), failure: end.failure };
  if (end.failure !== null) agent.world.trace.tell(agent.world.nowMs, () => `${agent.host.name} ${kind} failed: ${end.failure}`);
  agent.world.operation(agent.host, end.step, 'after');
  whenOver();
}

/** What was done in a server that has ended has failed. */
export function dropOperationsOfTheDead(agent: Agent): void {
  for (const lane of ['postgres', 'canary'] as const) {
    const { busy } = agent.lanes[lane];
    if (busy?.server?.isAlive !== false) continue;
    over(agent, { lane, operation: busy, step: busy.kind, failure: 'the server ended' }, () => {});
  }
}
