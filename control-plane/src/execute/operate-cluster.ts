import { type OperatorAnswer, operatorAnswerSchema, type StateAnswer, stateAnswerSchema } from '@netvis/agent/contract/operator';
import { NvError } from '../core/errors.ts';
import { type Operation, orderOf } from '../core/operations/operation.ts';
import { argv, type RemoteCommand } from '../core/remote-command.ts';
import type { Site } from '../core/site.ts';
import type { RemoteHosts } from '../ports/remote-host.ts';

const agentProgram = ['/opt/netvis/runtime/current/node', '/opt/netvis/agent/current/agent.cjs'];
/** For a program to start and the lease store to answer, beside what an order is waited for. */
const answerMs = 15_000;

export type Operator = { readonly site: Site; readonly remotes: RemoteHosts; readonly newId: () => string };

/**
 * The record of the cluster with its history, from the first database host whose agent reaches the lease store.
 * Rejects with NV_AGENT and what each said when none does.
 */
export async function readState(operator: Operator): Promise<StateAnswer> {
  return stateAnswerSchema.parse(await askAny(operator, argv(...agentProgram, 'state'), answerMs));
}

/** Carries an operation out and returns the record's state before it. Rejects with NV_REFUSED, NV_SELECTOR, NV_AGENT. */
export async function operate(operator: Operator, operation: Operation): Promise<StateAnswer> {
  const state = await readState(operator);
  const order = orderOf(operation, { site: operator.site, record: state.record, id: operator.newId() });
  if ('code' in order) throw new NvError(order);
  if (order.kind === 'withdraw') await askAny(operator, argv(...agentProgram, 'withdraw', order.key), answerMs);
  else {
    const words = ['request', JSON.stringify(order.request), String(order.waitMs)];
    await askAny(operator, argv(...agentProgram, ...words), order.waitMs + answerMs);
  }
  return state;
}

/** Asks host after host until an agent answers; an answer that says no is the answer. */
async function askAny({ site, remotes }: Operator, command: RemoteCommand, timeoutMs: number): Promise<unknown> {
  const silent: string[] = [];
  for (const { name } of site.byRole.postgres) {
    const answer = await askOne(remotes, { name, command, timeoutMs });
    if (typeof answer === 'string') silent.push(`${name}: ${answer}`);
    else if (answer.ok) return answer.answer;
    else throw new NvError({ code: 'NV_AGENT', message: answer.problem, hint: '`netvis-ctl explain` tells what the agents see.' });
  }
  throw new NvError({
    code: 'NV_AGENT',
    message: `no agent of a database host answers: ${silent.join('; ') || 'the inventory has none'}`,
    hint: '`netvis-ctl status` shows which hosts answer.',
  });
}

/** The agent's answer, or why there is none. */
async function askOne(
  remotes: RemoteHosts,
  { name, command, timeoutMs }: { name: string; command: RemoteCommand; timeoutMs: number },
): Promise<OperatorAnswer | string> {
  try {
    const { stdout, stderr, exitCode } = await remotes.get(name).run(command, { timeoutMs });
    const parsed = operatorAnswerSchema.safeParse(exitCode === 0 ? JSON.parse(stdout) : null);
    return parsed.success ? parsed.data : `its agent ended with ${exitCode}: ${stderr.trim().split('\n').at(-1) ?? ''}`;
  } catch (error) {
    if (error instanceof NvError) return error.message;
    throw error;
  }
}
